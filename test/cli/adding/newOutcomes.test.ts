import { expect } from 'chai'

import { outcomesOf } from '../../../src/cli/adding/newOutcomes.js'
import { judged } from '../../outcomes/judged.js'
import { thrownBy } from '../../rejection.js'

describe('outcomes of an LLM to be added', () => {
  const rows = [
    { prompt: 'x', scores: { a: 1, b: 0.25 }, tokens: { a: 40, b: 7 } },
    { prompt: 'y', scores: { a: 0 } },
  ]
  const { outcomes } = judged(rows, [{ prompt: 'x', a: 'compared', b: 'a' }])

  it('are its own alone', () => {
    expect(outcomesOf('a', outcomes)).to.deep.equal({
      prompts: ['x', 'y'],
      scores: Float32Array.of(1, 0),
      tokens: Float32Array.of(40, NaN),
    })
    expect(outcomesOf('b', outcomes)).to.deep.equal({
      prompts: ['x'],
      scores: Float32Array.of(0.25),
      tokens: Float32Array.of(7),
    })
  })

  it('are refused where there are none, with what there is', () => {
    expect(thrownBy(() => outcomesOf('z', outcomes)).message).to.equal(
      '--llm "z" has no outcome in the files; the files contain 3 other LLMs',
    )
    expect(thrownBy(() => outcomesOf('compared', outcomes)).message).to.match(
      /^--llm "compared" has no outcome in the files, only comparisons; .* outcomes/,
    )
  })
})
