import { expect } from 'chai'
import fc from 'fast-check'

import { logitOf, probabilityOf } from '../../src/calibration/probability.js'

describe('probabilityOf', () => {
  it('is the logistic function of the calibrated logit', () => {
    expect(probabilityOf(0)).to.equal(0.5)
    expect(probabilityOf(2)).to.equal(1 / (1 + Math.exp(-2)))
    expect(probabilityOf(2, { slope: 3, intercept: -1 })).to.equal(1 / (1 + Math.exp(-5)))
    expect([probabilityOf(-1e9), probabilityOf(1e9)]).to.deep.equal([0, 1])
  })

  it('comes back from its logit', () => {
    fc.assert(
      fc.property(fc.double({ min: -15, max: 15, noNaN: true }), (logit) => {
        expect(logitOf(probabilityOf(logit))).to.be.closeTo(logit, 1e-8)
      }),
    )
  })

  it('has a finite logit for everything in [0, 1]', () => {
    for (const p of [0, 1, 2 ** -149, Math.fround(1 - 2 ** -24)]) {
      expect(logitOf(p)).to.satisfy(Number.isFinite)
    }
    expect(logitOf(0)).to.be.lessThan(-100)
    expect(logitOf(1)).to.be.greaterThan(16)
  })
})
