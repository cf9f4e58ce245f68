import { expect } from 'chai'

import { matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import { createRandom } from '../../../src/numeric/random.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { byRegion, categoryRegions } from '../../../src/train/calibration/categoryRegions.js'

/** Points on a circle, at these angles. */
const pointsAt = (angles: number[]) =>
  matrixOf(Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])), 2)

describe('categoryRegions', () => {
  before(() => startBackend(['wasm']))

  it('never mixes categories, however near to each other', () => {
    const points = pointsAt([0, 0.1, 0.2, 0.05, 0.15, 3])
    const { centroids, category } = categoryRegions(
      points,
      Int32Array.of(1, 1, 1, 0, 0, -1),
      1,
      createRandom(1),
    )
    expect([...category]).to.deep.equal([-1, 0, 1])
    const angles = [0, 1, 2].map((r) =>
      Math.atan2(rowOf(centroids, r)[1] ?? NaN, rowOf(centroids, r)[0] ?? NaN),
    )
    ;[3, 0.1, 0.1].forEach((angle, r) => expect(angles[r]).to.be.closeTo(angle, 1e-6))
  })

  it('gives large categories more regions', () => {
    const points = pointsAt(Array.from({ length: 40 }, (_, i) => i))
    const given = Int32Array.from({ length: 40 }, (_, i) => (i < 30 ? 0 : 1))
    const { category } = categoryRegions(points, given, 8, createRandom(1))
    expect([...category]).to.deep.equal([0, 0, 0, 0, 0, 0, 1, 1])
  })
})

describe('byRegion', () => {
  it('repeats the count of a category in each of its regions', () => {
    const counts = matrixOf(Float32Array.of(1, 2, 3, 4), 2)
    const spread = byRegion(counts, Int32Array.of(1, 0, 1))
    expect([...spread.data]).to.deep.equal([2, 1, 2, 4, 3, 4])
  })
})
