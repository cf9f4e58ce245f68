import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { fitRowPrior } from '../../../src/train/calibration/rowPrior.js'

const W = 3

/** [W, W] product of a lower triangular factor with itself, transposed. */
function squared(factor: Float32Array | Float64Array, width: number): number[] {
  return Array.from({ length: width * width }, (_, cell) => {
    const [i, j] = [Math.floor(cell / width), cell % width]
    let sum = 0
    for (let k = 0; k < width; k++) sum += at(factor, i * width + k) * at(factor, j * width + k)
    return sum
  })
}

const number = fc.double({ min: -3, max: 3, noNaN: true })
const matrix = (rows: number) => fc.array(number, { minLength: rows * W, maxLength: rows * W })

describe('fitRowPrior', () => {
  it('has the mean of the rows, and their covariance: shrunk to its diagonal by two fifths, deviations twice as large', () => {
    const rows = fc.integer({ min: 1, max: 6 }).chain((M) => fc.tuple(fc.constant(M), matrix(M)))
    fc.assert(
      fc.property(rows, ([M, values]) => {
        const data = Float32Array.from(values)
        const { mean, factor } = fitRowPrior(matrixOf(data, W))
        const column = (w: number) => Array.from({ length: M }, (_, m) => at(data, m * W + w))
        const meanOf = (all: number[]) => all.reduce((a, b) => a + b, 0) / M
        const means = [0, 1, 2].map((w) => meanOf(column(w)))
        means.forEach((value, w) => expect(mean[w]).to.be.closeTo(value, 1e-6))
        squared(factor.data, W).forEach((value, cell) => {
          const [i, j] = [Math.floor(cell / W), cell % W]
          const products = column(i).map((v, m) => (v - at(means, i)) * (at(column(j), m) - at(means, j)))
          const covariance = (meanOf(products) * M) / Math.max(1, M - 1)
          const expected = 4 * covariance * (i === j ? 1 : 0.6)
          // The factor is float32, its entries up to 12; the ridge is a millionth of the mean variance.
          expect(value).to.be.closeTo(expected, 2e-4)
        })
      }),
    )
  })

  it('has a factor for constant columns and for a single LLM', () => {
    for (const data of [Float32Array.of(1, 2, 3), Float32Array.of(1, 5, 3, 1, 6, 3)]) {
      const { mean, factor } = fitRowPrior(matrixOf(data, W))
      expect(mean[0]).to.equal(1)
      expect(factor.data.every(Number.isFinite)).to.be.true
    }
  })

  it('recovers the Gaussian that many rows were drawn from, widened', () => {
    const random = createRandom(3)
    const data = new Float32Array(4000 * W)
    for (let m = 0; m < 4000; m++) {
      const [a, b, c] = [gaussian(random), gaussian(random), gaussian(random)]
      data.set([1 + a, 0.5 * a + b, 2 * c], m * W)
    }
    const { mean, factor } = fitRowPrior(matrixOf(data, W))
    const expected = [4, 4 * 0.8 * 0.5, 0, 4 * 0.8 * 0.5, 4 * 1.25, 0, 0, 0, 4 * 4]
    // Four standard deviations of the largest entry, 16 * sqrt(2 / 4000).
    squared(factor.data, W).forEach((value, i) => expect(value).to.be.closeTo(at(expected, i), 1.5))
    expect(mean[0]).to.be.closeTo(1, 0.07)
  })
})
