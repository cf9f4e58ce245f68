import { expect } from 'chai'
import fc from 'fast-check'

import { openRowSums } from '../../../src/encoder/static/rowSums.js'
import { quantizeRows } from '../../../src/encoder/static/tokenMatrix.js'
import { createRandom } from '../../../src/numeric/random.js'

const ROWS = 9

/** In vector registers for widths that fill them; sums of up to 30 numbers of up to 20 in float32. */
const TOLERANCE = 1e-4

describe('openRowSums', () => {
  const terms = fc.array(fc.tuple(fc.nat(ROWS - 1), fc.double({ min: 0.5, max: 10, noNaN: true })), {
    maxLength: 30,
  })

  for (const columns of [8, 24, 384, 6, 5]) {
    const random = createRandom(columns)
    const data = Float32Array.from({ length: ROWS * columns }, () => random() * 4 - 2)
    const quantized = quantizeRows(data, ROWS, columns)
    for (const matrix of [quantized, { type: 'float32', rows: ROWS, columns, data } as const]) {
      it(`adds up rows of ${columns} columns in ${matrix.type}`, () => {
        const sums = openRowSums(matrix)
        fc.assert(
          fc.property(terms, (chosen) => {
            const found = Array.from(
              sums(
                Int32Array.from(chosen, ([id]) => id),
                Float64Array.from(chosen, ([, f]) => f),
              ),
            )
            const value = (id: number, e: number) => {
              const scale = matrix.type === 'int8' ? (matrix.scales[id] ?? NaN) : 1
              return scale * (matrix.data[id * columns + e] ?? NaN)
            }
            expect(found.length).to.equal(columns)
            found.forEach((sum, e) => {
              const expected = chosen.reduce((total, [id, factor]) => total + factor * value(id, e), 0)
              expect(sum).to.be.closeTo(expected, TOLERANCE)
            })
          }),
        )
      })
    }
  }
})
