import { expect } from 'chai'

import { pointsOf } from '../../src/calibration/quadrature.js'

/** Mean and variance of the difficulty, read from the odds of a deviation of 1. */
function momentsOf({ odds, weights }: { odds: Float64Array; weights: Float64Array }): [number, number] {
  const average = (of: (t: number) => number) =>
    odds.reduce((sum, odd, k) => sum + of(Math.log(odd)) * (weights[k] ?? NaN), 0)
  const mean = average((t) => t)
  return [mean, average((t) => (t - mean) ** 2)]
}

describe('pointsOf', () => {
  it('has the moments of the density, wherever it lies and however narrow it is', () => {
    for (const { mean, precision } of [
      { mean: 0, precision: 0 },
      { mean: -3, precision: 8 },
      { mean: 20, precision: 4000 },
    ]) {
      const density = (t: number) => (-(1 + precision) * (t - mean) ** 2) / 2
      const [found, variance] = momentsOf(pointsOf(1, density, { mode: mean + 0.01, precision }))
      expect(found).to.be.closeTo(mean, 1e-8)
      expect(variance).to.be.closeTo(1 / (1 + precision), 1e-8)
    }
  })

  it('does not overflow for densities that are given up to a large constant', () => {
    const [mean, variance] = momentsOf(pointsOf(1, (t) => -5000 - t ** 2 / 2))
    expect(mean).to.be.closeTo(0, 1e-12)
    expect(variance).to.be.closeTo(1, 1e-10)
  })
})
