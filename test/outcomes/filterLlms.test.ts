import { expect } from 'chai'

import { filterLlms } from '../../src/outcomes/filterLlms.js'
import { llmOf } from '../../src/outcomes/outcomes.js'
import { judged } from './judged.js'

describe('filterLlms', () => {
  const data = judged(
    [
      { prompt: 'p', scores: { a: 1, b: 0.5, c: 0 }, tokens: { a: 5, b: 6, c: 7 } },
      { prompt: 'q', scores: { b: 0.25 } },
      { prompt: 'r', scores: { a: 0, c: 0.75 } },
    ],
    [
      { prompt: 'p', a: 'a', b: 'b' },
      { prompt: 'q', a: 'c', b: 'a' },
      { prompt: 'r', a: 'c', b: 'd' },
    ],
  )

  it('leaves out the outcomes of other LLMs and every comparison with one, and keeps all prompts', () => {
    const { outcomes, comparisons } = filterLlms(data, new Set(['c', 'a', 'unknown']))
    expect(outcomes.llms).to.deep.equal(['a', 'c'])
    expect(outcomes.prompts).to.deep.equal(data.outcomes.prompts)
    const of = Array.from(outcomes.score, (score, i) => [outcomes.prompt[i], llmOf(outcomes, i), score])
    expect(of).to.deep.equal([
      [0, 'a', 1],
      [0, 'c', 0],
      [2, 'a', 0],
      [2, 'c', 0.75],
    ])
    expect(outcomes.tokens).to.deep.equal(Float32Array.of(5, 7, NaN, NaN))
    expect(comparisons).to.deep.equal({
      prompt: Int32Array.of(1),
      a: Int32Array.of(1),
      b: Int32Array.of(0),
      preference: Float32Array.of(1),
    })
  })

  it('changes nothing if all are kept, and leaves nothing but prompts if none is', () => {
    expect(filterLlms(data, new Set(data.outcomes.llms))).to.deep.equal(data)
    const none = filterLlms(data, new Set())
    expect([none.outcomes.llms.length, none.outcomes.score.length, none.comparisons.a.length]).to.deep.equal([
      0, 0, 0,
    ])
    expect(none.outcomes.prompts).to.have.length(3)
  })
})
