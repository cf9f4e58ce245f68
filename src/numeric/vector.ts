/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The inner loops of fits and searches: plain indexing, since `at` makes them several times slower. Each checks the lengths
   once, so that no index is out of bounds. */
import { expectRow } from './matrix.js'
import type { Matrix } from './matrix.js'

type Floats = Float32Array | Float64Array

/**
 * `start` + the sum of products, in float64 and in the order of the elements.
 * @throws RangeError for vectors of different lengths.
 */
export function dot(a: Floats, b: Floats, start = 0): number {
  expectLength(b, a.length)
  let sum = start
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/**
 * The product of a row of a matrix with a vector, as `dot` has it, without a view of the row: making one takes longer than the
 * product of short vectors.
 * @throws RangeError outside the rows of the matrix, or if the vector is not as wide.
 */
export function dotRow({ rows, columns, data }: Matrix, row: number, vector: Floats): number {
  expectLength(vector, columns)
  expectRow(rows, row)
  const start = row * columns
  let sum = 0
  for (let i = 0; i < columns; i++) sum += (vector[i] as number) * (data[start + i] as number)
  return sum
}

/**
 * `dotRow` of two matrices of one shape, in little more than the time of one: additions to a single sum wait for each other.
 * @throws RangeError as `dotRow` does, or for matrices of different shapes.
 */
export function dotRowOfBoth(a: Matrix, b: Matrix, row: number, vector: Floats): [number, number] {
  expectLength(vector, a.columns)
  expectLength(vector, b.columns)
  expectRow(a.rows, row)
  expectRow(b.rows, row)
  const start = row * a.columns
  let [first, second] = [0, 0]
  for (let i = 0; i < a.columns; i++) {
    const value = vector[i] as number
    first += value * (a.data[start + i] as number)
    second += value * (b.data[start + i] as number)
  }
  return [first, second]
}

/**
 * Adds `factor` x `values` to `target`.
 * @throws RangeError for vectors of different lengths.
 */
export function addScaled(target: Float64Array, factor: number, values: Floats): void {
  expectLength(values, target.length)
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (values[i] as number)
}

/**
 * The dot product of a vector with each row of a matrix.
 * @param row [columns]
 * @returns [rows]
 * @throws RangeError if the vector is not as wide as the matrix.
 */
export function dotRows({ rows, columns, data }: Matrix, vector: Float32Array): Float32Array {
  expectLength(vector, columns)
  const products = new Float32Array(rows)
  for (let r = 0, start = 0; r < rows; r++, start += columns) {
    let even = 0
    let odd = 0
    let i = 0
    // Two sums at a time: additions to one would wait for each other.
    for (; i + 1 < columns; i += 2) {
      even += (data[start + i] as number) * (vector[i] as number)
      odd += (data[start + i + 1] as number) * (vector[i + 1] as number)
    }
    products[r] = i < columns ? even + odd + (data[start + i] as number) * (vector[i] as number) : even + odd
  }
  return products
}

function expectLength(values: Floats, length: number): void {
  if (values.length === length) return
  throw new RangeError(`expected a vector of ${length} numbers, got ${values.length}`)
}
