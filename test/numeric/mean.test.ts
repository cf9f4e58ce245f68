import { expect } from 'chai'

import { mean } from '../../src/numeric/mean.js'

describe('a mean', () => {
  it('is the sum over the count, of arrays and typed arrays', () => {
    expect(mean([1, 2, 6])).to.equal(3)
    expect(mean(Float32Array.of(0.5, 1))).to.equal(0.75)
  })

  it('of no values throws', () => {
    expect(() => mean([])).to.throw(RangeError, 'expected values for a mean, got none')
  })
})
