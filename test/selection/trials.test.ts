import { expect } from 'chai'
import fc from 'fast-check'

import type { Card } from '../../src/card.js'
import { firstToSucceed, sharedDifficultyOf } from '../../src/selection/trials.js'
import { averageOver, successAt } from '../calibration/directIntegral.js'

/** Of a card the only field that is read here. */
const cardWith = (deviation?: number) =>
  (deviation === undefined ? {} : { shared_difficulty: { deviation } }) as Card

const probabilities = new Map([
  ['a', 0.35],
  ['b', 0.6],
  ['c', 0.8],
  ['d', 0.97],
])
const predicted = (llm: string) => probabilities.get(llm) ?? NaN
const trials = (...llms: string[]) => llms.map((known) => ({ known }))

/** Direct integration over the difficulty: of each LLM that it succeeds and all before it fail, given what was tried. */
function integrated(llms: string[], tried: [string, number][], deviation: number): number[] {
  const success = new Map([...probabilities].map(([llm, p]) => [llm, successAt(p, deviation)]))
  const at = (llm: string, t: number) => success.get(llm)?.(t) ?? NaN
  const seen = (t: number) =>
    tried.reduce((p, [llm, score]) => p * at(llm, t) ** score * (1 - at(llm, t)) ** (1 - score), 1)
  const total = averageOver(seen)
  const failing = (before: string[], t: number) => before.reduce((p, llm) => p * (1 - at(llm, t)), 1)
  const shares = llms.map((llm, k) => averageOver((t) => seen(t) * failing(llms.slice(0, k), t) * at(llm, t)))
  return [...shares, averageOver((t) => seen(t) * failing(llms, t))].map((share) => share / total)
}

describe('firstToSucceed', () => {
  it('equals direct integration to 1e-6, also after attempts', () => {
    const cases: [string[], [string, number][]][] = [
      [['a', 'b', 'c'], []],
      [['c', 'a'], [['b', 0]]],
      [
        ['a', 'c'],
        [
          ['d', 0],
          ['b', 1],
        ],
      ],
      [['d', 'a'], [['b', 0.5]]],
    ]
    for (const deviation of [0.5, 1.79, 3]) {
      for (const [llms, tried] of cases) {
        const first = firstToSucceed(predicted, new Map(tried), cardWith(deviation))(trials(...llms))
        const expected = integrated(llms, tried, deviation)
        expect(first).to.have.length(expected.length)
        first.forEach((share, k) => expect(share).to.be.closeTo(expected[k] ?? NaN, 1e-6))
      }
    }
  })

  it('multiplies where the card says nothing of how outcomes depend on each other', () => {
    const probability = fc.double({ min: 0.001, max: 0.999, noNaN: true })
    fc.assert(
      fc.property(probability, probability, (p, q) => {
        const own = (llm: string) => (llm === 'p' ? p : q)
        const [first, second, none] = firstToSucceed(own, new Map(), cardWith())(trials('p', 'q'))
        expect(first).to.be.closeTo(p, 1e-6)
        expect(second).to.be.closeTo((1 - p) * q, 1e-6)
        expect(none).to.be.closeTo((1 - p) * (1 - q), 1e-6)
      }),
    )
  })

  it('lets an LLM that comes again by another name fail again', () => {
    const first = firstToSucceed(predicted, new Map(), cardWith(1))
    const once = first(trials('a', 'b'))
    expect(first(trials('a', 'a', 'b'))).to.deep.equal([once[0], 0, ...once.slice(1)])
  })
})

describe('sharedDifficultyOf', () => {
  it('is made once for a card, and not at all without its field', () => {
    const card = cardWith(1)
    expect(sharedDifficultyOf(card)).to.equal(sharedDifficultyOf(card))
    expect(sharedDifficultyOf(cardWith())).to.equal(undefined)
  })
})
