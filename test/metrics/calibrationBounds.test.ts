import { expect } from 'chai'
import fc from 'fast-check'

import { bootstrap, difference } from '../../src/metrics/bootstrap.js'
import type { Estimate } from '../../src/metrics/bootstrap.js'
import { calibrationError, calibrationErrorStatistic } from '../../src/metrics/calibration.js'
import type { ScoredOutcomes } from '../../src/metrics/scoredOutcomes.js'
import { at } from '../../src/numeric/at.js'
import { logistic } from '../../src/numeric/logistic.js'
import { createRandom } from '../../src/numeric/random.js'
import { rows, scored } from './scored.js'

/** What a wrong prediction makes of the logit of the true probability. */
type Distortion = (logit: number) => number

const right: Distortion = (logit) => logit
const slight: Distortion = (logit) => 1.15 * logit
const shifted: Distortion = (logit) => logit + 0.3
const strong: Distortion = (logit) => 2 * logit

const PROMPTS = 300
const OUTCOMES_OF_A_PROMPT = 4
const REPETITIONS = 200

describe('calibrationBounds', () => {
  it('contain the value whatever the outcomes, as do those of a difference, and never fall below 0', () => {
    fc.assert(
      fc.property(rows, rows, fc.nat(), (all, others, seed) => {
        const statistics = [all, others].map((own) => calibrationErrorStatistic(scored(own)))
        const [a, b] = bootstrap(statistics, 5, { seed, resamples: 40 })
        for (const estimate of [a, b, a && b && difference(a, b)]) {
          if (estimate !== undefined) expect(estimate.value).to.be.within(estimate.low, estimate.high)
        }
        if (a !== undefined) expect(a.low).to.be.at.least(0)
      }),
    )
  })

  // At a level of 95 %, fewer than .91 of 200 happens once in a hundred times; a percentile interval covers none to a half.
  for (const [name, distortion] of Object.entries({ right, slight, shifted, strong })) {
    it(`cover the true error of ${name} predictions`, () => {
      const truth = trueError(distortion)
      const covered = meanOver((seed) => Number(contains(estimated(distortion, seed), truth)))
      expect(covered).to.be.within(0.91, 1)
    })
  }

  it('cover the true difference of two systems', () => {
    const truth = trueError(slight) - trueError(right)
    const covered = meanOver((seed) => {
      const drawn = draw(PROMPTS, seed)
      const statistics = [slight, right].map((distortion) =>
        calibrationErrorStatistic(predict(drawn, distortion)),
      )
      const [a, b] = bootstrap(statistics, PROMPTS, { seed, resamples: 200 })
      const estimate = a && b && difference(a, b)
      return Number(estimate !== undefined && contains(estimate, truth))
    })
    expect(covered).to.be.within(0.91, 1)
  })

  it('tell wrong predictions from right ones', () => {
    expect(meanOver((seed) => Number(estimated(right, seed).low > 0))).to.be.at.most(0.09)
    expect(meanOver((seed) => Number(estimated(strong, seed).low > 0))).to.equal(1)
  })

  it('are hardly wider than the error scatters where the predictions are far from right', () => {
    const values = Array.from({ length: REPETITIONS }, (_, seed) => estimated(strong, seed).value)
    const mean = values.reduce((a, b) => a + b, 0) / REPETITIONS
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / REPETITIONS)
    const width = meanOver((seed) => estimated(strong, seed).high - estimated(strong, seed).low)
    expect(width / (2 * 1.96 * deviation)).to.be.within(0.85, 1.5)
  })
})

/** Outcomes with the logit of the true probability of each; half of those of a prompt come true together. */
interface Drawn extends Omit<ScoredOutcomes, 'prediction'> {
  logit: Float64Array
}

function draw(prompts: number, seed: number): Drawn {
  const random = createRandom(seed + 1)
  const N = prompts * OUTCOMES_OF_A_PROMPT
  const luck = Float64Array.from({ length: prompts }, random)
  const prompt = Int32Array.from({ length: N }, (_, i) => Math.floor(i / OUTCOMES_OF_A_PROMPT))
  const logit = Float64Array.from({ length: N }, () => 7 * random() - 3)
  const score = logit.map((z, i) => {
    const shared = at(luck, at(prompt, i))
    return Number((random() < 0.5 ? shared : random()) < logistic(z))
  })
  return { prompts, prompt, score, logit }
}

function predict({ logit, ...outcomes }: Drawn, distortion: Distortion): ScoredOutcomes {
  return { ...outcomes, prediction: logit.map((z) => logistic(distortion(z))) }
}

function estimated(distortion: Distortion, seed: number): Estimate {
  const statistic = calibrationErrorStatistic(predict(draw(PROMPTS, seed), distortion))
  const [estimate] = bootstrap([statistic], PROMPTS, { seed, resamples: 200 })
  if (estimate === undefined) throw new Error('expected an estimate')
  return estimate
}

/** Of many prompts, with the true probabilities in place of what came of them. */
function trueError(distortion: Distortion): number {
  const many = draw(50_000, 0)
  return calibrationError(predict({ ...many, score: many.logit.map(logistic) }, distortion))
}

function contains({ low, high }: Estimate, value: number): boolean {
  return low - 1e-12 <= value && value <= high
}

function meanOver(valueOf: (seed: number) => number): number {
  let sum = 0
  for (let seed = 0; seed < REPETITIONS; seed++) sum += valueOf(seed)
  return sum / REPETITIONS
}
