import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'

import { at } from '../../../src/numeric/at.js'
import { gatherRows, matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import type { Matrix } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { assignToNearest, sphericalKMeans } from '../../../src/train/calibration/sphericalKMeans.js'

const E = 6

/** [P, E] of unit length, `each` about every axis of the first three, one after the other. */
function blobs(each: number, spread: number): Matrix {
  const random = createRandom(4)
  const rows = Array.from({ length: 3 * each }, (_, p) => {
    const row = Array.from({ length: E }, (_value, e) => (e === p % 3 ? 1 : 0) + spread * gaussian(random))
    const length = Math.hypot(...row)
    return row.map((value) => value / length)
  })
  return matrixOf(Float32Array.from(rows.flat()), E)
}

describe('sphericalKMeans', () => {
  before(() => startBackend(['wasm']))

  it('finds blobs that lie apart', () => {
    const points = blobs(40, 0.1)
    // Six draws of three prompts: some begin with two in one blob, where k-means may end with it split.
    const found = Array.from({ length: 6 }, (_, seed) => sphericalKMeans(points, 3, createRandom(seed)))
    const whole = found.filter((centroids) => {
      const { cluster } = assignToNearest(centroids, points)
      return cluster.every((r, p) => r === cluster[p % 3]) && new Set(cluster).size === 3
    })
    expect(whole.length).to.be.at.least(2)
    for (const centroids of whole) {
      // The mean of 40 lies within a few hundredths of the axis.
      const largest = [0, 1, 2].map((r) => Math.max(...rowOf(centroids, r)))
      for (const value of largest) expect(value).to.be.greaterThan(0.99)
    }
  })

  it('gives centroids of unit length, the same for the same seed', () => {
    const points = blobs(30, 0.5)
    const centroids = sphericalKMeans(points, 7, createRandom(1))
    expect(centroids.rows).to.equal(7)
    // Rounded to float32.
    for (let r = 0; r < 7; r++) expect(Math.hypot(...rowOf(centroids, r))).to.be.closeTo(1, 1e-6)
    expect(sphericalKMeans(points, 7, createRandom(1))).to.deep.equal(centroids)
    expect(sphericalKMeans(points, 7, createRandom(2))).to.not.deep.equal(centroids)
  })

  it('has no more clusters than there are points', () => {
    const { rows, columns } = sphericalKMeans(blobs(1, 0.1), 64, createRandom(1))
    expect([rows, columns]).to.deep.equal([3, E])
  })

  it('lies nearer to its points than the points it began with', () => {
    const points = blobs(50, 0.5)
    const begun = gatherRows(points, [0, 1, 2, 3, 4])
    const found = sphericalKMeans(points, 5, createRandom(1))
    const mean = (of: Matrix) => assignToNearest(of, points).cosine.reduce((a, b) => a + b, 0) / 150
    expect(mean(found)).to.be.greaterThan(mean(begun))
  })
})

describe('assignToNearest', () => {
  before(() => startBackend(['wasm']))

  it('gives the centroid with the greatest cosine, and the cosine', () => {
    const before = tf.memory().numTensors
    const centroids = matrixOf(Float32Array.of(1, 0, 0, 1), 2)
    const points = matrixOf(Float32Array.of(0.6, 0.8, 0.8, 0.6, 0, -1, -1, 0), 2)
    const { cluster, cosine } = assignToNearest(centroids, points)
    expect(Array.from(cluster)).to.deep.equal([1, 0, 0, 1])
    const expected = [0.8, 0.8, 0, 0]
    cosine.forEach((value, p) => expect(value).to.be.closeTo(at(expected, p), 1e-7))
    expect(tf.memory().numTensors).to.equal(before)
  })
})
