import { expect } from 'chai'

import { logistic, softplus } from '../../../src/numeric/logistic.js'
import { createRandom } from '../../../src/numeric/random.js'
import { fitLevel } from '../../../src/train/learn/fitLevel.js'
import type { LevelOutcomes } from '../../../src/train/learn/fitLevel.js'

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1)

interface Options {
  seed: number
  n?: number
  /** Of the truth: what is added to the logits. */
  level?: number
  /** Share of outcomes that are reported as failures, whatever came. */
  falseShare?: number
}

function outcomesOf({ seed, n = 200, level = 0, falseShare = 0 }: Options): LevelOutcomes {
  const random = createRandom(seed)
  const logits = Float64Array.from({ length: n }, () => 0.8 + 3 * (random() - 0.5))
  const factors = Float64Array.from({ length: n }, () => 0.6 + 0.4 * random())
  const scores = logits.map((logit, i) =>
    random() < logistic((factors[i] ?? NaN) * (logit + level)) ? 1 : 0,
  )
  scores.fill(0, 0, Math.floor(falseShare * n))
  return { logits, factors, scores, moved: new Float64Array(n) }
}

const meanAt = (delta: number, { logits, factors }: LevelOutcomes) =>
  logits.reduce((sum, logit, i) => sum + logistic((factors[i] ?? NaN) * (logit + delta)), 0) / logits.length

/** The minimum of the negative log posterior, by ternary search. */
function searched({ logits, factors, scores, moved }: LevelOutcomes, shift: number): number {
  const center = -moved.reduce((a, b) => a + b, 0) / moved.length
  const cost = (delta: number) =>
    logits.reduce(
      (sum, logit, i) => {
        const z = (factors[i] ?? NaN) * (logit + delta)
        return sum + softplus(z) - (scores[i] ?? NaN) * z
      },
      (delta - center) ** 2 / 2,
    ) -
    shift * delta
  let [below, above] = [-30, 30]
  while (above - below > 1e-7) {
    const [left, right] = [below + (above - below) / 3, above - (above - below) / 3]
    if (cost(left) < cost(right)) above = right
    else below = left
  }
  return below
}

describe('fitLevel', () => {
  it('is the mode of the posterior, in an interval that false reports and chance make wider', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const outcomes = { ...outcomesOf({ seed, level: -1.5 }), moved: new Float64Array(200).fill(0.3) }
      const most = outcomes.factors
        .slice()
        .sort()
        .slice(-10)
        .reduce((a, b) => a + b, 0)
      const { delta, low, high } = fitLevel(outcomes)
      expect(delta).to.be.closeTo(searched(outcomes, 0), 1e-4)
      expect(low).to.be.lessThan(searched(outcomes, -most))
      expect(high).to.be.greaterThan(searched(outcomes, most))
    }
  })

  it('moves an LLM that has changed to the truth, from 200 outcomes', () => {
    for (const level of [-2, -1.5, 1.5]) {
      const errors = SEEDS.map((seed) => {
        const outcomes = outcomesOf({ seed, level })
        return Math.abs(meanAt(fitLevel(outcomes).delta, outcomes) - meanAt(level, outcomes))
      })
      expect(errors.reduce((a, b) => a + b, 0) / errors.length, String(level)).to.be.lessThan(0.06)
    }
  })

  it('leaves one that has not changed as it is, with 5 % of false reports too', () => {
    for (const falseShare of [0, 0.05]) {
      const moved = SEEDS.filter((seed) => fitLevel(outcomesOf({ seed, falseShare })).delta !== 0)
      expect(moved.length / SEEDS.length).to.be.at.most(0.05)
    }
    const moved = SEEDS.filter(
      (seed) => fitLevel(outcomesOf({ seed, n: 2000, falseShare: 0.05 })).delta !== 0,
    )
    expect(moved).to.deep.equal([])
  })

  it('learns more than 5 % of false reports', () => {
    for (const seed of SEEDS.slice(0, 20))
      expect(fitLevel(outcomesOf({ seed, n: 2000, falseShare: 0.25 })).delta).to.be.lessThan(-0.2)
  })

  it('finds nothing more once it has moved', () => {
    for (const n of [10, 20, 200]) {
      for (const seed of SEEDS) {
        const outcomes = outcomesOf({ seed, n, level: -3 })
        const { delta } = fitLevel(outcomes)
        const logits = outcomes.logits.map((logit) => logit + delta)
        const moved = outcomes.moved.map((shift) => shift + delta)
        expect(fitLevel({ ...outcomes, logits, moved }).delta).to.equal(0)
      }
    }
  })

  it('has an interval that holds the level, and the truth nine times in ten', () => {
    const fits = SEEDS.map((seed) => fitLevel(outcomesOf({ seed, level: 1 })))
    for (const { delta, low, high } of fits) expect(delta).to.be.within(low, high)
    const covered = fits.filter(({ low, high }) => low <= 1 && 1 <= high)
    expect(covered.length / fits.length).to.be.at.least(0.9)
  })
})
