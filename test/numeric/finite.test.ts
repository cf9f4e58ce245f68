import { expect } from 'chai'
import fc from 'fast-check'

import { firstNotFinite } from '../../src/numeric/finite.js'

describe('firstNotFinite', () => {
  it('is findIndex of what is not finite or too small, whatever the numbers', () => {
    const floats = fc.array(fc.oneof(fc.float(), fc.constantFrom(NaN, Infinity, -Infinity)))
    fc.assert(
      fc.property(
        floats,
        fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
        (numbers, least) => {
          const values = Float32Array.from(numbers)
          const found = values.findIndex((value) => !Number.isFinite(value) || value < (least ?? -Infinity))
          expect(firstNotFinite(values, least)).to.equal(found < 0 ? undefined : found)
        },
      ),
    )
  })
})
