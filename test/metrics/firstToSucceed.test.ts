import { expect } from 'chai'

import { SharedDifficulty } from '../../src/calibration/sharedDifficulty.js'
import { drawLists, firstToSucceedByPrompt } from '../../src/metrics/firstToSucceed.js'
import { at } from '../../src/numeric/at.js'
import { scored } from './scored.js'

const independent = new SharedDifficulty(0)

describe('firstToSucceedByPrompt', () => {
  const outcomes = scored(
    [
      [0, 0, 0.2],
      [0, 1, 0.6],
      [0, 1, 0.9],
      [1, 0, 0.3],
      [1, 0.5, 0.5],
      [2, 1, 0.5],
    ],
    3,
  )

  it('is the cross-entropy of the first LLM that succeeds, or of none', () => {
    const lists = [[Int32Array.of(0, 1, 2)], [Int32Array.of(3, 4), Int32Array.of(4)], []]
    const { above, below } = firstToSucceedByPrompt(outcomes, lists, independent)
    expect([...below]).to.deep.equal([1, 1, 0])
    expect(above[0]).to.be.closeTo(-Math.log(0.8 * 0.6), 1e-9)
    // Half of a success: half the second LLM, half none.
    const both = (-Math.log(0.7 * 0.5) - Math.log(0.7 * 0.5)) / 2
    expect(above[1]).to.be.closeTo((both - Math.log(0.5)) / 2, 1e-9)
    expect(above[2]).to.equal(0)
  })

  it('draws lists of at most five different LLMs of a prompt, the weaker ones first', () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i % 4, 1, ((i * 7) % 40) / 40] as const)
    const many = scored(rows, 4)
    const llm = Array.from(many.prompt, (_, i) => `llm ${i}`)
    const lists = drawLists(many, llm, 3)
    lists.forEach((ofPrompt, p) => {
      expect(ofPrompt).to.have.length(4)
      for (const list of ofPrompt) {
        expect(new Set(list).size).to.equal(5)
        for (const i of list) expect(many.prompt[i]).to.equal(p)
        const strengths = Array.from(list, (i) => at(many.prediction, i))
        expect(strengths).to.deep.equal(strengths.toSorted((a, b) => a - b))
      }
    })
    expect(drawLists(many, llm, 3)).to.deep.equal(lists)
    expect(drawLists(many, llm, 4)).to.not.deep.equal(lists)
  })

  it('orders LLMs by what is predicted of them over all prompts, not on the one', () => {
    const two = scored([[0, 1, 0.4], [0, 1, 0.5], [1, 1, 0.9], [1, 1, 0.1]], 2) // prettier-ignore
    const [first, second] = drawLists(two, ['a', 'b', 'a', 'b'], 1)
    for (const list of first ?? []) expect([...list]).to.deep.equal([1, 0])
    for (const list of second ?? []) expect([...list]).to.deep.equal([3, 2])
  })

  it('draws none for prompts with one outcome or none', () => {
    expect(drawLists(outcomes, [0, 1, 2, 0, 1, 0], 1)[2]).to.deep.equal([])
  })
})
