import { at } from '../../numeric/at.js'
import { gaussian } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'
import { addScaled, dot } from '../../numeric/vector.js'

/** Enough for a subspace whose last direction is a tenth above the next one; what follows does not need it exactly. */
const ITERATIONS = 50

/** Vectors shorter than this, of the first, are rounding. */
const NEGLIGIBLE = 1e-9

/**
 * The eigenvectors of the largest eigenvalues of a symmetric matrix without negative ones, by orthogonal iteration (Golub and Van
 * Loan, Matrix Computations, section 8.2.4).
 * @param rows of the matrix, n of [n]
 * @param count at most
 * @returns of unit length and orthogonal; fewer than `count` if the matrix has a lower rank
 */
export function leadingVectors(rows: readonly Float64Array[], count: number, random: Random): Float64Array[] {
  const n = rows.length
  let vectors: Float64Array[] = Array.from({ length: Math.min(count, n) }, () =>
    Float64Array.from({ length: n }, () => gaussian(random)),
  )
  for (let i = 0; i < ITERATIONS; i++) {
    vectors = orthonormal(vectors.map((vector) => Float64Array.from(rows, (row) => dot(row, vector))))
  }
  return vectors
}

/** Gram and Schmidt, each vector twice, since the first pass leaves what rounding does not. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = []
  const lengths = vectors.map((vector) => Math.sqrt(dot(vector, vector)))
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0)
  for (const vector of vectors) {
    for (let pass = 0; pass < 2; pass++) {
      for (const other of done) addScaled(vector, -dot(vector, other), other)
    }
    const length = Math.sqrt(dot(vector, vector))
    if (length > NEGLIGIBLE * longest) done.push(vector.map((value) => value / length))
  }
  return done
}

/** The sum of rows, each times its factor. */
export function combine(rows: readonly Float64Array[], factors: Float64Array): Float64Array {
  const sum = new Float64Array(at(rows, 0).length)
  rows.forEach((row, i) => {
    addScaled(sum, at(factors, i), row)
  })
  return sum
}
