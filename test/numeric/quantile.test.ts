import { expect } from 'chai'

import { quantile } from '../../src/numeric/quantile.js'

describe('a quantile', () => {
  it('is linear between neighbors', () => {
    // numpy.quantile([1, 2, 4, 8], [0, .1, .5, .75, 1])
    expect([0, 0.1, 0.5, 0.75, 1].map((q) => quantile([1, 2, 4, 8], q))).to.deep.equal([1, 1.3, 3, 5, 8])
  })

  it('of one number is that number', () => expect(quantile([3], 0.4)).to.equal(3))

  it('of none throws', () => expect(() => quantile([], 0.5)).to.throw(RangeError))
})
