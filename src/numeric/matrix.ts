import { at } from './at.js'

/** Rows one after the other, in float32. A plain object, so that it crosses to a worker thread as it is. */
export interface Matrix {
  rows: number
  columns: number
  /** [rows * columns] */
  data: Float32Array
}

/**
 * @param data [rows * columns]
 * @throws RangeError if the length is not a multiple of `columns`.
 */
export function matrixOf(data: Float32Array, columns: number): Matrix {
  const rows = data.length / columns
  if (!Number.isInteger(rows)) {
    throw new RangeError(
      `expected a multiple of ${columns} numbers for rows of that width, got ${data.length}`,
    )
  }
  return { rows, columns, data }
}

/**
 * A copy of rows, one after the other.
 * @param rows each [columns]
 * @throws RangeError if one is of another width.
 */
export function stackRows(rows: readonly Float32Array[], columns: number): Matrix {
  const data = new Float32Array(rows.length * columns)
  for (const [i, row] of rows.entries()) {
    if (row.length !== columns) throw new RangeError(`expected rows of ${columns} numbers, got ${row.length}`)
    data.set(row, i * columns)
  }
  return { rows: rows.length, columns, data }
}

/**
 * One row, a view into the matrix.
 * @returns [columns]
 * @throws RangeError outside the rows of the matrix.
 */
export function rowOf({ rows, columns, data }: Matrix, row: number): Float32Array {
  expectRow(rows, row)
  return data.subarray(row * columns, (row + 1) * columns)
}

/**
 * One number of a row, without a view of the row.
 * @throws RangeError outside the rows or the columns of the matrix.
 */
export function cellOf({ rows, columns, data }: Matrix, row: number, column: number): number {
  expectRow(rows, row)
  if (!Number.isInteger(column) || column < 0 || column >= columns) {
    throw new RangeError(`expected a column from 0 to ${columns - 1}, got ${column}`)
  }
  return at(data, row * columns + column)
}

/** @throws RangeError outside the rows of a matrix. */
export function expectRow(rows: number, row: number): void {
  if (Number.isInteger(row) && row >= 0 && row < rows) return
  throw new RangeError(`expected a row from 0 to ${rows - 1}, got ${row}`)
}

/**
 * A copy with one more row.
 * @param row [columns]
 * @throws RangeError if it is of another width.
 */
export function withRow({ rows, columns, data }: Matrix, row: ArrayLike<number>): Matrix {
  if (row.length !== columns) throw new RangeError(`expected a row of ${columns} numbers, got ${row.length}`)
  const extended = new Float32Array(data.length + columns)
  extended.set(data)
  extended.set(row, data.length)
  return { rows: rows + 1, columns, data: extended }
}

/**
 * A copy of some rows, in the order in which they are named.
 * @throws RangeError outside the rows of the matrix.
 */
export function gatherRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const { columns } = matrix
  const data = new Float32Array(rows.length * columns)
  Array.from(rows).forEach((row, i) => data.set(rowOf(matrix, row), i * columns))
  return { rows: rows.length, columns, data }
}
