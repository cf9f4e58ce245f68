import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { dot } from '../../../src/numeric/vector.js'
import { combine, leadingVectors } from '../../../src/train/lengths/leadingVectors.js'

/** A symmetric matrix with these eigenvalues, and its eigenvectors: reflected twice from the axes. */
function matrixWith(eigenvalues: readonly number[], seed: number) {
  const n = eigenvalues.length
  const random = createRandom(seed)
  const axes = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_unused, j) => Number(i === j)),
  )
  for (let reflection = 0; reflection < 2; reflection++) {
    const normal = Float64Array.from({ length: n }, () => gaussian(random))
    const square = dot(normal, normal)
    for (const axis of axes) {
      const product = dot(axis, normal)
      axis.forEach((value, i) => (axis[i] = value - (2 * product * at(normal, i)) / square))
    }
  }
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_unused, j) =>
      axes.reduce((sum, axis, k) => sum + at(eigenvalues, k) * at(axis, i) * at(axis, j), 0),
    ),
  )
  return { rows, axes }
}

describe('leadingVectors', () => {
  it('finds the eigenvectors of the largest eigenvalues, in their order', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, start) => {
        const { rows, axes } = matrixWith([9, 4, 2, 0.5, 0.1], seed)
        const found = leadingVectors(rows, 3, createRandom(start))
        expect(found).to.have.length(3)
        found.forEach((vector, k) => {
          // Half of the next eigenvalue, to the power of 50; the sign is free.
          expect(Math.abs(dot(vector, at(axes, k)))).to.be.closeTo(1, 1e-6)
        })
      }),
      { numRuns: 30 },
    )
  })

  it('finds no more than there are', () => {
    const { rows } = matrixWith([3, 1, 0, 0], 1)
    expect(leadingVectors(rows, 4, createRandom(1))).to.have.length(2)
    expect(leadingVectors([Float64Array.of(0)], 2, createRandom(1))).to.deep.equal([])
  })
})

describe('combine', () => {
  it('sums rows times their factors', () => {
    const rows = [Float64Array.of(1, 2), Float64Array.of(-3, 0.5)]
    expect(combine(rows, Float64Array.of(2, 4))).to.deep.equal(Float64Array.of(-10, 6))
  })
})
