import { expect } from 'chai'
import fc from 'fast-check'

import { probabilityOf } from '../../../src/calibration/probability.js'
import type { LogitScale } from '../../../src/calibration/probability.js'
import { softplus } from '../../../src/numeric/logistic.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { fitCalibration } from '../../../src/train/calibration/platt.js'

/** Slope and intercept are held to the Gaussian prior that the logits are right as they are. */
function objective(z: Float32Array, y: Float32Array, { slope, intercept }: LogitScale): number {
  const prior = ((slope - 1) ** 2 + intercept ** 2) / 2
  return z.reduce((sum, logit, i) => {
    const scaled = slope * logit + intercept
    const target = y[i] ?? NaN
    return Number.isNaN(target) ? sum : sum + softplus(scaled) - target * scaled
  }, prior)
}

const anyOutcomes = fc
  .array(fc.tuple(fc.double({ min: -60, max: 60, noNaN: true }), fc.constantFrom(0, 0.3, 1, NaN)), {
    minLength: 1,
    maxLength: 60,
  })
  .map((all) => [Float32Array.from(all, ([z]) => z), Float32Array.from(all, ([, y]) => y)] as const)

describe('fitCalibration', () => {
  it('recovers the slope and the intercept that outcomes were drawn with', () => {
    const random = createRandom(1)
    const true_ = { slope: 0.6, intercept: -0.4 }
    const logits = Float32Array.from({ length: 20000 }, () => 2 * gaussian(random))
    const targets = logits.map((z) => (random() < probabilityOf(z, true_) ? 1 : 0))
    const { slope, intercept } = fitCalibration(logits, targets)
    // Three standard deviations of the estimates, which the curvature gives as .011 and .018.
    expect(slope).to.be.closeTo(true_.slope, 0.035)
    expect(intercept).to.be.closeTo(true_.intercept, 0.055)
  })

  it('recovers them exactly from soft targets, leaving out what has none', () => {
    const logits = Float32Array.from({ length: 4000 }, (_, i) => i / 500 - 4)
    const targets = logits.map((z, i) => (i % 4 === 0 ? NaN : probabilityOf(z, { slope: 2, intercept: 1 })))
    const { slope, intercept } = fitCalibration(logits, targets)
    // The prior, worth one outcome of three thousand, draws them a little to 1 and 0.
    expect(slope).to.be.closeTo(2, 0.02)
    expect(intercept).to.be.closeTo(1, 0.02)
  })

  it('leaves the logits as they are where there is nothing to learn from', () => {
    expect(fitCalibration(Float32Array.of(3, -2), Float32Array.of(NaN, NaN))).to.deep.equal({
      type: 'platt',
      slope: 1,
      intercept: 0,
    })
  })

  it('never turns the order of scores round', () => {
    const logits = Float32Array.from({ length: 200 }, (_, i) => i / 50 - 2)
    const against = logits.map((z) => (z < 0 ? 1 : 0))
    const { slope, intercept } = fitCalibration(logits, against)
    expect(slope).to.be.within(0, 0.01).and.not.equal(0)
    // Half of them succeed whatever the logit.
    expect(intercept).to.be.closeTo(0, 0.01)
  })

  it('finds the likeliest probabilities also of logits that are far too certain', () => {
    fc.assert(
      fc.property(anyOutcomes, ([z, y]) => {
        const found = fitCalibration(z, y)
        expect(found.slope).to.be.greaterThan(0)
        const least = objective(z, y, found)
        // The objective is convex: a minimum among the neighbours is the minimum. 1e-9 is the rounding of sixty terms.
        for (const step of [1e-4, 1e-2, 1]) {
          for (const [a, b] of [
            [step, 0],
            [-step, 0],
            [0, step],
            [0, -step],
          ] as const) {
            const slope = Math.max(1e-3, found.slope + a)
            const neighbour = objective(z, y, { slope, intercept: found.intercept + b })
            expect(neighbour).to.be.at.least(least - 1e-9 * (1 + least))
          }
        }
      }),
    )
  })
})
