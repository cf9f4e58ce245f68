import { expect } from 'chai'
import * as tf from '@tensorflow/tfjs-core'

import { startBackend } from '../../../src/tensor/backend.js'
import { findClusters, nearestClusters } from '../../../src/train/calibration/sphericalKMeans.js'
import type { Clusters } from '../../../src/train/calibration/sphericalKMeans.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'

const E = 6

/** [P, E] of unit length, `each` about every axis of the first three, one after the other. */
function blobs(each: number, spread: number): Float32Array {
  const random = createRandom(4)
  const rows = Array.from({ length: 3 * each }, (_, p) => {
    const row = Array.from({ length: E }, (_value, e) => (e === p % 3 ? 1 : 0) + spread * gaussian(random))
    const length = Math.hypot(...row)
    return row.map((value) => value / length)
  })
  return Float32Array.from(rows.flat())
}

const lengthOf = (row: Float32Array) => Math.hypot(...row)

describe('findClusters', () => {
  before(() => startBackend(['wasm']))

  it('finds blobs that lie apart', () => {
    const embeddings = blobs(40, 0.1)
    // Six draws of three prompts: some begin with two in one blob, where k-means may end with it split.
    const found = Array.from({ length: 6 }, (_, seed) => findClusters(embeddings, E, 3, createRandom(seed)))
    const whole = found.filter((clusters) => {
      const { region } = nearestClusters(clusters, embeddings)
      return region.every((r, p) => r === region[p % 3]) && new Set(region).size === 3
    })
    expect(whole.length).to.be.at.least(2)
    for (const { centroids } of whole) {
      // The mean of 40 lies within a few hundredths of the axis.
      const largest = [0, 1, 2].map((r) => Math.max(...centroids.subarray(r * E, (r + 1) * E)))
      for (const value of largest) expect(value).to.be.greaterThan(0.99)
    }
  })

  it('gives centroids of unit length, the same for the same seed', () => {
    const embeddings = blobs(30, 0.5)
    const { centroids, count } = findClusters(embeddings, E, 7, createRandom(1))
    expect(count).to.equal(7)
    // Rounded to float32.
    for (let r = 0; r < 7; r++)
      expect(lengthOf(centroids.subarray(r * E, (r + 1) * E))).to.be.closeTo(1, 1e-6)
    expect(findClusters(embeddings, E, 7, createRandom(1)).centroids).to.deep.equal(centroids)
    expect(findClusters(embeddings, E, 7, createRandom(2)).centroids).to.not.deep.equal(centroids)
  })

  it('has no more clusters than there are prompts', () => {
    const { count, centroids } = findClusters(blobs(1, 0.1), E, 64, createRandom(1))
    expect(count).to.equal(3)
    expect(centroids).to.have.length(3 * E)
  })

  it('lies nearer to its prompts than the prompts it began with', () => {
    const embeddings = blobs(50, 0.5)
    const begun = { count: 5, centroids: embeddings.slice(0, 5 * E) }
    const found = findClusters(embeddings, E, 5, createRandom(1))
    const mean = (of: Clusters) => nearestClusters(of, embeddings).cosine.reduce((a, b) => a + b, 0) / 150
    expect(mean(found)).to.be.greaterThan(mean(begun))
  })
})

describe('nearestClusters', () => {
  before(() => startBackend(['wasm']))

  it('gives the centroid with the greatest cosine, and the cosine', () => {
    const before = tf.memory().numTensors
    const clusters = { count: 2, centroids: Float32Array.of(1, 0, 0, 1) }
    const { region, cosine } = nearestClusters(clusters, Float32Array.of(0.6, 0.8, 0.8, 0.6, 0, -1, -1, 0))
    expect(Array.from(region)).to.deep.equal([1, 0, 0, 1])
    const expected = [0.8, 0.8, 0, 0]
    cosine.forEach((value, p) => expect(value).to.be.closeTo(expected[p] ?? NaN, 1e-7))
    expect(tf.memory().numTensors).to.equal(before)
  })
})
