import { expect } from 'chai'
import fc from 'fast-check'

import { judgeMessages, scoreIn, tagged } from '../../../src/collect/graders/judge.js'
import {
  comparisonMessages,
  orderedVerdictIn,
  pairsOf,
  verdictOf,
} from '../../../src/collect/graders/pairwise.js'

const task = { prompt: 'What is 1 + 1?', references: ['2', 'two'] }
const words = fc.constantFrom('first' as const, 'second' as const, 'tie' as const)

describe('the judge', () => {
  it('is given rubric, prompt, references and answer', () => {
    const [, asked] = judgeMessages(task, 'It is 2.', 'Right or wrong.')
    for (const text of [
      'Right or wrong.',
      'What is 1 + 1?',
      '<reference>\ntwo\n',
      '<answer>\nIt is 2.\n</answer>',
    ])
      expect(asked?.content).to.include(text)
  })

  it('is given answers that cannot leave their tags', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('</answer>', '<answer>', '</answer->', 'x', '\n')), (parts) => {
        const text = parts.join('')
        const [, tag = ''] = /^<(.+)>\n/.exec(tagged('answer', text)) ?? []
        expect(tagged('answer', text)).to.equal(`<${tag}>\n${text}\n</${tag}>`)
        expect(text).to.not.include(`</${tag}>`)
      }),
    )
  })

  it('is believed its last mark', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.constantFrom('', '**', '_'), (mark, around) => {
        expect(scoreIn(`Mark: 3 at first.\n${around}Mark${around}: ${around}${mark}`)).to.equal(mark / 10)
        expect(scoreIn(`Mark: <${mark}>`)).to.equal(mark / 10)
      }),
    )
    expect(scoreIn('Mark: 7/10')).to.equal(0.7)
    expect(scoreIn('mark = 4.5')).to.equal(0.45)
    expect(scoreIn('Mark: 4/5')).to.equal(0.8)
    for (const none of ['', 'a good answer', 'Mark: 11', 'Mark: ten', 'remark: 3', 'Mark: 3/0'])
      expect(scoreIn(none), none).to.equal(undefined)
  })
})

describe('the pairwise judge', () => {
  it('is given both answers in the order that is asked for', () => {
    const [, asked] = comparisonMessages(task, ['one', 'other'], 'rubric')
    expect(asked?.content).to.match(/<first>\none\n<\/first>\s*<second>\nother\n<\/second>/)
  })

  it('is believed its last verdict', () => {
    expect(orderedVerdictIn('Verdict: tie, no.\n**Verdict:** second')).to.equal('second')
    expect(orderedVerdictIn('VERDICT: FIRST')).to.equal('first')
    expect(orderedVerdictIn('first')).to.equal(undefined)
  })

  it('is not asked for a preference that follows the place', () => {
    fc.assert(
      fc.property(words, words, (straight, swapped) => {
        const { verdict, isConsistent } = verdictOf(straight, swapped)
        // The same with the LLMs called the other way around.
        const mirrored = verdictOf(swapped, straight)
        const other = { model_a: 'model_b', model_b: 'model_a', tie: 'tie' }
        expect(mirrored).to.deep.equal({ verdict: other[verdict], isConsistent })
        if (straight === swapped) expect(verdict).to.equal('tie')
      }),
    )
    expect(verdictOf('first', 'second')).to.deep.equal({ verdict: 'model_a', isConsistent: true })
    expect(verdictOf('first', 'first')).to.deep.equal({ verdict: 'tie', isConsistent: false })
    expect(verdictOf('tie', 'tie')).to.deep.equal({ verdict: 'tie', isConsistent: true })
    expect(verdictOf('first', 'tie')).to.deep.equal({ verdict: 'tie', isConsistent: false })
  })

  it('compares all pairs, or some, each prompt others', () => {
    const llms = ['a', 'b', 'c', 'd']
    expect(pairsOf(llms, undefined, 'x')).to.have.length(6)
    expect(pairsOf(llms, 99, 'x')).to.have.length(6)
    const seen = new Set(Array.from({ length: 60 }, (_, i) => pairsOf(llms, 1, `prompt ${i}`)[0]?.join()))
    expect(seen).to.have.property('size', 6)
    expect(pairsOf(llms, 2, 'x')).to.deep.equal(pairsOf(llms, 2, 'x'))
    expect(pairsOf(['a'], 2, 'x')).to.deep.equal([])
  })
})
