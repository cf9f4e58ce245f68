import { expect } from 'chai'

import { exclude } from '../../src/outcomes/exclude.js'
import { llmOf, promptOf } from '../../src/outcomes/outcomes.js'
import { thrownBy } from '../rejection.js'
import { judged } from './judged.js'

describe('exclude', () => {
  const data = judged(
    [
      { prompt: 'p', source: 'good', scores: { a: 1, b: 0.5 } },
      { prompt: 'q', source: 'bad', scores: { b: 0.25, c: 1 } },
      { prompt: 'r', source: 'good', scores: { a: 0, c: 0.75 } },
    ],
    [
      { prompt: 'q', source: 'bad', a: 'a', b: 'b' },
      { prompt: 'r', source: 'good', a: 'c', b: 'a' },
    ],
  )
  const toldOf = (left: typeof data) =>
    Array.from(left.outcomes.score, (score, i) => [
      promptOf(left.outcomes, i).text,
      llmOf(left.outcomes, i),
      score,
    ])

  it('leaves out the prompts of a source and all that is said of them', () => {
    const left = exclude(data, { sources: ['bad'], llms: [], blocks: [] })
    expect(left.outcomes.prompts.map(({ text }) => text)).to.deep.equal(['p', 'r'])
    expect(toldOf(left)).to.deep.equal([
      ['p', 'a', 1],
      ['p', 'b', 0.5],
      ['r', 'a', 0],
      ['r', 'c', 0.75],
    ])
    expect(Array.from(left.comparisons.prompt)).to.deep.equal([1])
    expect(left.outcomes.llms).to.deep.equal(['a', 'b', 'c'])
  })

  it('leaves out an LLM on every prompt, and every comparison with it', () => {
    const left = exclude(data, { sources: ['bad'], llms: ['c'], blocks: [] })
    expect(left.outcomes.llms).to.deep.equal(['a', 'b'])
    expect(toldOf(left)).to.deep.equal([
      ['p', 'a', 1],
      ['p', 'b', 0.5],
      ['r', 'a', 0],
    ])
    expect(Array.from(left.comparisons.prompt)).to.deep.equal([])
  })

  it('leaves out an LLM in one source, and keeps what it did elsewhere', () => {
    const left = exclude(data, { sources: [], llms: [], blocks: ['c@bad', 'b@good'] })
    expect(toldOf(left)).to.deep.equal([
      ['p', 'a', 1],
      ['q', 'b', 0.25],
      ['r', 'a', 0],
      ['r', 'c', 0.75],
    ])
    expect(left.outcomes.llms).to.deep.equal(['a', 'b', 'c'])
    expect(thrownBy(() => exclude(data, { sources: [], llms: [], blocks: ['c@worse'] })).message).to.match(
      /blocks of the data, got "c@worse"/,
    )
  })

  it('changes nothing if nothing is excluded', () => {
    expect(exclude(data, { sources: [], llms: [], blocks: [] })).to.deep.equal(data)
  })

  it('rejects names that the data does not have', () => {
    const fault = (exclusion: Parameters<typeof exclude>[1]) => thrownBy(() => exclude(data, exclusion))
    expect(fault({ sources: ['good', 'goood'], llms: [], blocks: [] })).to.include({
      code: 'INVALID_ARGUMENT',
      message: 'expected to exclude sources of the data, got "goood", which it does not have',
    })
    expect(fault({ sources: [], llms: ['A', 'B'], blocks: [] }).message).to.match(
      /LLMs of the data, got "A", "B"/,
    )
  })
})
