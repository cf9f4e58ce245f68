import { expect } from 'chai'
import fc from 'fast-check'

import { placeOf } from '../../src/calibration/regions.js'
import { matrixOf, rowOf } from '../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'
import { dot } from '../../src/numeric/vector.js'
import { fastRegions } from '../../src/registry/fastRegions.js'

const FAMILIARITY = [-1, -0.1, 0, 0.1, 1]

describe('fastRegions', () => {
  it('finds the region and familiarity that plain loops find, whatever the widths', () => {
    const size = fc.integer({ min: 1, max: 23 })
    fc.assert(
      fc.property(size, size, fc.integer(), (R, E, seed) => {
        const random = createRandom(seed)
        const numbers = (length: number) => Float32Array.from({ length }, () => gaussian(random))
        const regions = { centroids: matrixOf(numbers(R * E), E), familiarity: FAMILIARITY }
        const find = fastRegions(regions)
        for (const vector of [numbers(E), numbers(E)]) {
          const [found, plain] = [find(vector), placeOf(vector, regions)]
          const productWith = (region: number) => dot(vector, rowOf(regions.centroids, region))
          // Sums of 23 float32 products of numbers up to 5.
          expect(productWith(found.region)).to.be.closeTo(productWith(plain.region), 1e-4)
          if (found.region === plain.region) {
            expect(found.familiarity).to.be.closeTo(plain.familiarity, 1e-12)
          }
        }
      }),
    )
  })

  it('finds a vector without direction nowhere', () => {
    const find = fastRegions({
      centroids: matrixOf(Float32Array.of(1, 0, 0, 1), 2),
      familiarity: FAMILIARITY,
    })
    expect(find(new Float32Array(2))).to.deep.equal({ region: 0, familiarity: 0 })
    expect(() => find(new Float32Array(3))).to.throw(RangeError, 'expected a vector of 2 numbers, got 3')
  })
})
