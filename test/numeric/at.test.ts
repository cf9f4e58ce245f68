import { expect } from 'chai'

import { at } from '../../src/numeric/at.js'

describe('at', () => {
  it('gives the element at an index', () => {
    expect(at(['a', 'b'], 1)).to.equal('b')
    expect(at(Float32Array.of(0, 1), 0)).to.equal(0)
  })

  for (const index of [-1, 2, 0.5, NaN]) {
    it(`throws for the index ${index} of two elements`, () => {
      const read = () => at(Float32Array.of(3, 4), index)
      expect(read).to.throw(RangeError, `expected an index from 0 to 1, got ${index}`)
    })
  }
})
