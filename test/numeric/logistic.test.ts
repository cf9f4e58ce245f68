import { expect } from 'chai'
import fc from 'fast-check'

import { logistic, softplus } from '../../src/numeric/logistic.js'

describe('the logistic function', () => {
  it('has known values', () => {
    expect(logistic(0)).to.equal(0.5)
    expect(logistic(Math.log(3))).to.be.closeTo(0.75, 1e-15)
    expect([logistic(-Infinity), logistic(Infinity)]).to.deep.equal([0, 1])
  })

  it('is the slope of softplus', () => {
    // Central difference: its error is h² times the third derivative (below .13), and rounding near 1e-16 / h.
    const h = 1e-5
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (z) => {
        expect((softplus(z + h) - softplus(z - h)) / (2 * h)).to.be.closeTo(logistic(z), 1e-9)
      }),
    )
  })

  it('does not overflow as softplus', () => {
    expect(softplus(1000)).to.equal(1000)
    expect(softplus(-1000)).to.equal(0)
  })
})
