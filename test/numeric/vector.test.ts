import { expect } from 'chai'
import fc from 'fast-check'

import { matrixOf, rowOf } from '../../src/numeric/matrix.js'
import { addScaled, dot, dotRow, dotRowOfBoth, dotRows } from '../../src/numeric/vector.js'

const numbers = (length: number) =>
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length })
const plain = (a: readonly number[], b: readonly number[]) =>
  a.map((value, i) => value * (b[i] ?? NaN)).reduce((sum, value) => sum + value, 0)

describe('vectors', () => {
  it('dot is the sum of products, beside a start', () => {
    const pair = fc.nat({ max: 9 }).chain((length) => fc.tuple(numbers(length), numbers(length)))
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(dot(Float64Array.from(a), Float32Array.from(b), 3)).to.equal(3 + plain(a, b))
      }),
    )
  })

  it('addScaled adds in place', () => {
    const target = Float64Array.of(1, 2)
    addScaled(target, 2, Float32Array.of(10, -1))
    expect([...target]).to.deep.equal([21, 0])
  })

  it('dotRows is dot with each row, of even and odd width', () => {
    for (const columns of [0, 1, 2, 5]) {
      fc.assert(
        fc.property(numbers(3 * columns), numbers(columns), (data, vector) => {
          const matrix = { rows: 3, columns, data: Float32Array.from(data) }
          const expected = [0, 1, 2].map((r) => plain(data.slice(r * columns, (r + 1) * columns), vector))
          // A sum of nothing may be -0 here and 0 there.
          expect([...dotRows(matrix, Float32Array.from(vector))].map((x) => x + 0)).to.deep.equal(
            expected.map((x) => x + 0),
          )
        }),
      )
    }
  })

  it('dotRow is dot with one row, to the last bit', () => {
    const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 4,
      maxLength: 4,
    })
    fc.assert(
      fc.property(fc.array(floats, { minLength: 1, maxLength: 3 }), floats, (rows, vector) => {
        const matrix = matrixOf(Float32Array.from(rows.flat()), 4)
        const wide = Float64Array.from(vector)
        for (const r of rows.keys()) expect(dotRow(matrix, r, wide)).to.equal(dot(wide, rowOf(matrix, r)))
      }),
    )
    const matrix = matrixOf(new Float32Array(4), 2)
    expect(() => dotRow(matrix, 2, new Float32Array(2))).to.throw(RangeError, 'a row from 0 to 1, got 2')
    expect(() => dotRow(matrix, 0, new Float32Array(1))).to.throw(RangeError, 'of 2 numbers, got 1')
  })

  it('dotRowOfBoth is dotRow of each, to the last bit', () => {
    const floats = (length: number) =>
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: length, maxLength: length })
    fc.assert(
      fc.property(floats(12), floats(12), floats(4), (first, second, values) => {
        const [a, b] = [matrixOf(Float32Array.from(first), 4), matrixOf(Float32Array.from(second), 4)]
        const vector = Float32Array.from(values)
        for (const r of [0, 1, 2]) {
          const expected = [dotRow(a, r, vector), dotRow(b, r, vector)]
          expect(dotRowOfBoth(a, b, r, vector)).to.deep.equal(expected)
        }
      }),
    )
    const zeros = (rows: number, columns: number) => matrixOf(new Float32Array(rows * columns), columns)
    const [plain, wide, high] = [zeros(1, 2), zeros(1, 3), zeros(2, 2)]
    const vector = new Float32Array(2)
    expect(() => dotRowOfBoth(plain, wide, 0, vector)).to.throw(RangeError, 'of 3 numbers, got 2')
    expect(() => dotRowOfBoth(wide, plain, 0, vector)).to.throw(RangeError, 'of 3 numbers, got 2')
    expect(() => dotRowOfBoth(high, plain, 1, vector)).to.throw(RangeError, 'a row from 0 to 0, got 1')
    expect(() => dotRowOfBoth(plain, high, 1, vector)).to.throw(RangeError, 'a row from 0 to 0, got 1')
  })

  it('throw for other lengths', () => {
    const message = 'expected a vector of 2 numbers, got 1'
    expect(() => dot(new Float64Array(2), new Float64Array(1))).to.throw(RangeError, message)
    expect(() => addScaled(new Float64Array(2), 1, new Float64Array(1))).to.throw(RangeError, message)
    expect(() => dotRows(matrixOf(new Float32Array(4), 2), new Float32Array(1))).to.throw(RangeError, message)
  })
})
