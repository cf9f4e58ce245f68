import { expect } from 'chai'
import fc from 'fast-check'

import { median, percentile } from '../../bench/stats.js'

const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 50 })

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)

  it('is the nearest rank', () => {
    expect([0.01, 0.5, 0.95, 0.99, 1].map((fraction) => percentile(hundred, fraction))).to.deep.equal([
      1, 50, 95, 99, 100,
    ])
  })

  it('of few values is the largest where the fraction is high', () => {
    expect(percentile([3, 1, 2], 0.99)).to.equal(3)
    expect(percentile([7], 0.5)).to.equal(7)
  })

  it('has at least the fraction of the values at or below it, and not without it', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const value = percentile(values, percent / 100)
        const share = (test: (other: number) => boolean) => (100 * values.filter(test).length) / values.length
        expect(share((other) => other <= value)).to.be.at.least(percent - 1e-9)
        expect(share((other) => other < value)).to.be.below(percent + 1e-9)
      }),
    )
  })

  it('refuses what has no percentile', () => {
    expect(() => percentile([], 0.5)).to.throw(RangeError)
    expect(() => percentile([1], 0)).to.throw(RangeError)
    expect(() => percentile([1], 50)).to.throw(RangeError)
  })
})

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect(median([5, 1, 3])).to.equal(3)
    expect(median([10, 2])).to.equal(6)
    expect(median([4, 1, 3, 2])).to.equal(2.5)
  })

  it('refuses no values', () => expect(() => median([])).to.throw(RangeError))
})
