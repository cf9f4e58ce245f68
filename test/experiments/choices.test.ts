import { expect } from 'chai'

import { choicesOf, guardedUnits } from '../../src/experiments/choices.js'
import type { ChosenPredictions } from '../../src/experiments/choices.js'

/** Three prompts: b is predicted a little higher than a on the first, by far on the second, and alone on the third. */
const CHOSEN: ChosenPredictions = {
  predicted: {
    prompts: 3,
    prompt: Int32Array.of(0, 0, 1, 1, 2),
    llm: ['a', 'b', 'a', 'b', 'b'],
    score: Float32Array.of(1, 0.25, 0, 0.75, 1),
    prediction: Float64Array.of(0.5, 0.55, 0.2, 0.9, 0.9),
  },
  evidence: {
    deviationOf: () => 9,
    standardErrorOf: () => 0.5,
    outcomesOf: (llm, p) => (llm === 'b' ? 10 + p : 99),
    familiarity: [0.1, 0.2, 0.3],
    factors: [1, 1, 1],
  },
  means: new Map([
    ['a', 0.6],
    ['b', 0.5],
  ]),
}
const PROMPTS = [7, 8, 9].map((prompt) => ({ prompt, source: 's' }))

describe('choicesOf', () => {
  it('scores the best, the constant and the guard, where there is a choice', () => {
    expect(choicesOf(PROMPTS, CHOSEN, 1)).to.deep.equal([
      // .2 in logits is less than one standard error, sqrt(.5), of the difference.
      { prompt: 7, source: 's', familiarity: 0.1, evidence: 10, best: 0.25, constant: 1, guarded: 1 },
      { prompt: 8, source: 's', familiarity: 0.2, evidence: 11, best: 0.75, constant: 0, guarded: 0.75 },
    ])
  })

  it('takes the best for a guard of 0', () => {
    for (const { best, guarded } of choicesOf(PROMPTS, CHOSEN, 0)) expect(guarded).to.equal(best)
  })
})

describe('guardedUnits', () => {
  it('has a unit for every prompt, empty where there is no choice', () => {
    expect(guardedUnits('s', CHOSEN, 1)).to.deep.equal([
      { source: 's', shares: { routed: { above: 1, below: 1 } } },
      { source: 's', shares: { routed: { above: 0.75, below: 1 } } },
      { source: 's', shares: { routed: { above: 0, below: 0 } } },
    ])
  })
})
