import { expect } from 'chai'
import fc from 'fast-check'

import { hasValue } from '../../src/metrics/scoredOutcomes.js'
import { spearman } from '../../src/metrics/spearman.js'

describe('spearman', () => {
  it('is 1 for any rising function, -1 for any falling one', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 12 })
    fc.assert(
      fc.property(distinct, (values) => {
        const x = Float64Array.from(values)
        expect(
          spearman(
            x,
            x.map((v) => v ** 3 + v),
          ),
        ).to.be.closeTo(1, 1e-12)
        expect(
          spearman(
            x,
            x.map((v) => Math.exp(-v / 10)),
          ),
        ).to.be.closeTo(-1, 1e-12)
      }),
    )
  })

  it('is 1 - 6 sum d^2 / (n^3 - n) without ties', () => {
    // Ranks 1 2 3 4 5 against 2 1 4 3 5: four differences of 1.
    const a = Float64Array.of(10, 20, 30, 40, 50)
    const b = Float32Array.of(0.2, 0.1, 0.4, 0.3, 0.9)
    expect(spearman(a, b)).to.be.closeTo(1 - (6 * 4) / (125 - 5), 1e-12)
  })

  it('gives ties the mean of their ranks', () => {
    // Ranks 0.5 0.5 2 against 0 1 2: covariance 1.5, variances 1.5 and 2.
    const value = spearman(Float64Array.of(1, 1, 3), Float64Array.of(1, 2, 3))
    expect(value).to.be.closeTo(1.5 / Math.sqrt(1.5 * 2), 1e-12)
  })

  it('has no value if all are equal or there is only one', () => {
    expect(hasValue(spearman(Float64Array.of(1, 1), Float64Array.of(1, 2)))).to.equal(false)
    expect(hasValue(spearman(Float64Array.of(1), Float64Array.of(1)))).to.equal(false)
  })
})
