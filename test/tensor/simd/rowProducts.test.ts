import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { dot } from '../../../src/numeric/vector.js'
import { rowProducts } from '../../../src/tensor/simd/rowProducts.js'

describe('rowProducts', () => {
  it('gives the products that plain loops give, whatever the widths', () => {
    const size = fc.integer({ min: 1, max: 23 })
    fc.assert(
      fc.property(size, size, fc.integer(), (R, E, seed) => {
        const random = createRandom(seed)
        const numbers = (length: number) => Float32Array.from({ length }, () => gaussian(random))
        const matrix = matrixOf(numbers(R * E), E)
        const productsWith = rowProducts(matrix)
        const vectors = [numbers(E), numbers(E)]
        const found = vectors.map(productsWith)
        vectors.forEach((vector, n) => {
          expect(at(found, n)).to.have.length(R)
          // Sums of 23 float32 products of numbers up to 5.
          at(found, n).forEach((product, r) => {
            expect(product).to.be.closeTo(dot(vector, rowOf(matrix, r)), 1e-4)
          })
        })
      }),
    )
  })

  it('rejects a vector of another width', () => {
    const productsWith = rowProducts(matrixOf(new Float32Array(4), 2))
    expect(() => productsWith(new Float32Array(3))).to.throw(
      RangeError,
      'expected a vector of 2 numbers, got 3',
    )
  })
})
