import { at } from './at.js'
import { addScaled, dot } from './vector.js'

/**
 * The lower triangular factor of a positive definite matrix, of which row i has the entries up to its diagonal.
 * @param matrix the same triangle of the matrix
 */
export function cholesky(matrix: readonly Float64Array[]): Float64Array[] {
  const factor = matrix.map((row) => new Float64Array(row.length))
  matrix.forEach((entries, i) => {
    const row = at(factor, i)
    entries.forEach((entry, j) => {
      const other = at(factor, j)
      const rest = entry - dot(row.subarray(0, j), other.subarray(0, j))
      const diagonal = at(other, j)
      if (i === j) row[j] = Math.sqrt(Math.max(rest, 0))
      else row[j] = diagonal === 0 ? 0 : rest / diagonal
    })
  })
  return factor
}

/**
 * The inverse of a positive definite matrix.
 * @param matrix its rows, of which those entries count that `cholesky` takes
 * @returns all of the inverse, row by row
 */
export function invert(matrix: readonly Float64Array[]): Float64Array[] {
  const factor = cholesky(matrix.map((row, i) => row.subarray(0, i + 1)))
  const inverse = inverseOfFactor(factor)
  // L⁻ᵀ L⁻¹, of which row k of L⁻¹ adds its square.
  const product = factor.map(() => new Float64Array(factor.length))
  for (const row of inverse) {
    row.forEach((value, i) => {
      addScaled(at(product, i).subarray(0, row.length), value, row)
    })
  }
  return product
}

/** Of a lower triangular matrix, lower triangular as well. */
function inverseOfFactor(factor: readonly Float64Array[]): Float64Array[] {
  const inverse: Float64Array[] = []
  for (const [i, entries] of factor.entries()) {
    const row = new Float64Array(i + 1)
    row[i] = 1
    for (let k = 0; k < i; k++) addScaled(row.subarray(0, k + 1), -at(entries, k), at(inverse, k))
    const diagonal = at(entries, i)
    inverse.push(row.map((value) => value / diagonal))
  }
  return inverse
}

/**
 * The vector x for which L · Lᵀ · x = `values`.
 * @param factor L, as `cholesky` gives it
 */
export function solve(factor: readonly Float64Array[], values: Float64Array): Float64Array {
  const x = Float64Array.from(values)
  factor.forEach((row, i) => {
    x[i] = (at(x, i) - dot(row.subarray(0, i), x.subarray(0, i))) / at(row, i)
  })
  for (const [i, row] of [...factor.entries()].reverse()) {
    x[i] = at(x, i) / at(row, i)
    addScaled(x.subarray(0, i), -at(x, i), row.subarray(0, i))
  }
  return x
}
