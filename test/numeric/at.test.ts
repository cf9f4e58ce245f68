import { expect } from 'chai'

import { at, valueAt } from '../../src/numeric/at.js'

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

describe('valueAt', () => {
  const map = new Map([['a', 0]])

  it('gives the value of a key', () => expect(valueAt(map, 'a')).to.equal(0))

  it('throws for a key that is not there', () => {
    expect(() => valueAt(map, 'b')).to.throw(RangeError, 'expected one of 1 keys, got b')
  })
})
