import { expect } from 'chai'

import { LogitTable } from '../../src/calibration/logitTable.js'
import { pointsOf } from '../../src/calibration/quadrature.js'
import { averageOver } from './directIntegral.js'

const normal = (t: number) => -(t ** 2) / 2
const logistic = (z: number) => 1 / (1 + Math.exp(-z))

describe('LogitTable', () => {
  for (const deviation of [0.3, 1.7, 4]) {
    const table = new LogitTable(pointsOf(deviation, normal, { reach: 8 + deviation }))

    it(`keeps the average probability, deviation ${deviation}`, () => {
      for (const probability of [1e-6, 0.003, 0.2, 0.41, 0.5, 0.77, 0.98, 1 - 1e-5]) {
        const logit = table.of(probability)
        const average = averageOver((t) => logistic(logit - deviation * t))
        expect(average).to.be.closeTo(probability, 1e-8)
      }
    })

    it(`is odd, rises, and goes on beyond its end, deviation ${deviation}`, () => {
      const sizes = Array.from({ length: 400 }, (_, i) => i / 10)
      let before = -Infinity
      for (const size of sizes) {
        const probability = logistic(-size)
        const value = -table.of(probability)
        expect(value).to.be.at.least(size)
        expect(value).to.be.greaterThan(before)
        if (size < 10) expect(table.of(1 - probability)).to.be.closeTo(value, 1e-6)
        before = value
      }
      // In the tail the average of an exponential is what counts: exp(-a + s^2 / 2).
      expect(-table.of(logistic(-39))).to.be.closeTo(39 + deviation ** 2 / 2, 1e-3)
    })
  }

  it('takes probabilities that were rounded to 0 and 1', () => {
    const table = new LogitTable(pointsOf(1, normal, { reach: 9 }))
    expect(Number.isFinite(table.of(0))).to.equal(true)
    expect(Number.isFinite(table.of(1))).to.equal(true)
    expect(table.of(0.5)).to.equal(0)
  })
})
