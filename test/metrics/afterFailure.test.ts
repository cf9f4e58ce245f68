import { expect } from 'chai'
import fc from 'fast-check'

import { SharedDifficulty } from '../../src/calibration/sharedDifficulty.js'
import { afterFailure } from '../../src/metrics/afterFailure.js'
import type { Joint } from '../../src/metrics/afterFailure.js'
import { crossEntropy } from '../../src/metrics/properScores.js'
import { ratio } from '../../src/metrics/scoredOutcomes.js'
import { near, rows, scored, weights, writtenOut } from './scored.js'
import type { Row } from './scored.js'

const joint = new SharedDifficulty(1.5)

/** Says that an LLM succeeds half as often after a failure, whoever failed. */
const halving: Joint = {
  given: (probabilities) => Float64Array.from(probabilities, (p) => p / 2),
  firstToSucceed: () => new Float64Array(),
}

/** Every pair of a weak and a strong LLM, one by one. */
function pairsOf(all: readonly Row[]) {
  return all.flatMap(([prompt, weakScore, weak]) => {
    const own = all.filter(([other]) => other === prompt)
    const pairs = (own.length * (own.length - 1)) / 2
    return own
      .filter(([, , strong]) => strong > weak)
      .map(([, score, strong]) => ({ weight: (1 - weakScore) / pairs, score, probability: strong / 2 }))
  })
}

describe('afterFailure', () => {
  it('is the log loss and the calibration error over pairs of a weak LLM that failed and a strong one', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const { logLoss, calibrationError } = afterFailure(scored(all), halving)
        const pairs = pairsOf(all)
        const total = pairs.reduce((sum, { weight }) => sum + weight, 0)
        const mean = (of: (pair: (typeof pairs)[number]) => number) =>
          pairs.reduce((sum, pair) => sum + pair.weight * of(pair), 0) / total
        const loss = mean(({ probability, score }) => crossEntropy(probability, score))
        const bins = Array.from({ length: 15 }, (_, bin) =>
          mean(({ probability, score }) =>
            Math.min(14, Math.floor(15 * probability)) === bin ? probability - score : 0,
          ),
        )
        const error = bins.reduce((sum, difference) => sum + Math.abs(difference), 0)
        expect(near(ratio(logLoss.above, logLoss.below)(), loss)).to.equal(true)
        expect(near(calibrationError(), error)).to.equal(true)
      }),
    )
  })

  it('counts prompts as often as a sample has them', () => {
    fc.assert(
      fc.property(rows, weights, (all, often) => {
        const of = (outcomes: ReturnType<typeof scored>) => {
          const { logLoss, calibrationError } = afterFailure(outcomes, joint)
          return [ratio(logLoss.above, logLoss.below), calibrationError] as const
        }
        const sample = of(writtenOut(all, often))
        of(scored(all)).forEach((statistic, i) => {
          expect(near(statistic(Float64Array.from(often)), sample[i]?.() ?? NaN)).to.equal(true)
        })
      }),
    )
  })

  it('has no value if no weak LLM failed', () => {
    const outcomes = scored([
      [0, 1, 0.3],
      [0, 0, 0.8],
    ])
    expect(afterFailure(outcomes, joint).calibrationError()).to.be.NaN
  })
})
