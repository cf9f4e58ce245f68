import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../src/numeric/at.js'
import { cholesky, invert, solve } from '../../src/numeric/cholesky.js'

const W = 4
const number = fc.double({ min: -3, max: 3, noNaN: true })

/** The lower triangle of a positive definite matrix: A Aᵀ + 0.1. */
const triangle = fc.array(number, { minLength: W * W, maxLength: W * W }).map((a) =>
  Array.from({ length: W }, (_, i) =>
    Float64Array.from({ length: i + 1 }, (_, j) => {
      let sum = i === j ? 0.1 : 0
      for (let k = 0; k < W; k++) sum += at(a, i * W + k) * at(a, j * W + k)
      return sum
    }),
  ),
)

function entry(rows: readonly Float64Array[], i: number, j: number): number {
  return i >= j ? at(at(rows, i), j) : at(at(rows, j), i)
}

function forEachCell(visit: (i: number, j: number) => void): void {
  for (let i = 0; i < W; i++) for (let j = 0; j < W; j++) visit(i, j)
}

describe('cholesky', () => {
  it('gives a lower triangular factor whose square is the matrix', () => {
    fc.assert(
      fc.property(triangle, (matrix) => {
        const factor = cholesky(matrix)
        forEachCell((i, j) => {
          let sum = 0
          for (let k = 0; k <= Math.min(i, j); k++) sum += at(at(factor, i), k) * at(at(factor, j), k)
          expect(sum).to.be.closeTo(entry(matrix, i, j), 1e-9)
        })
      }),
    )
  })
})

describe('invert', () => {
  it('gives what times the matrix is one', () => {
    fc.assert(
      fc.property(triangle, (matrix) => {
        const inverse = invert(matrix)
        forEachCell((i, j) => {
          let sum = 0
          for (let k = 0; k < W; k++) sum += entry(matrix, i, k) * at(at(inverse, k), j)
          // The condition number is up to 2000.
          expect(sum).to.be.closeTo(i === j ? 1 : 0, 1e-8)
        })
      }),
    )
  })
})

describe('solve', () => {
  it('gives the vector that the matrix makes the values of', () => {
    fc.assert(
      fc.property(triangle, fc.array(number, { minLength: W, maxLength: W }), (matrix, values) => {
        const x = solve(cholesky(matrix), Float64Array.from(values))
        values.forEach((value, i) => {
          let sum = 0
          for (let k = 0; k < W; k++) sum += entry(matrix, i, k) * at(x, k)
          // The condition number is up to 2000.
          expect(sum).to.be.closeTo(value, 1e-8)
        })
      }),
    )
  })
})
