import { expect } from 'chai'

import { quantile, quantileOf } from '../../src/numeric/quantile.js'

describe('a quantile', () => {
  it('is linear between neighbors', () => {
    // numpy.quantile([1, 2, 4, 8], [0, .1, .5, .75, 1])
    expect([0, 0.1, 0.5, 0.75, 1].map((q) => quantile([1, 2, 4, 8], q))).to.deep.equal([1, 1.3, 3, 5, 8])
  })

  it('of one number is that number', () => expect(quantile([3], 0.4)).to.equal(3))

  it('of none throws', () => expect(() => quantile([], 0.5)).to.throw(RangeError))

  it('outside [0, 1] throws', () => {
    for (const fraction of [-0.5, 1.5]) expect(() => quantile([1, 2, 3], fraction)).to.throw(RangeError)
  })
})

describe('a quantile of numbers in any order', () => {
  it('leaves them as they are', () => {
    const values = [8, 1, 4, 2]
    expect(quantileOf(values, 0.5)).to.equal(3)
    expect(values).to.deep.equal([8, 1, 4, 2])
  })
})
