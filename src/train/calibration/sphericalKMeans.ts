import * as tf from '@tensorflow/tfjs-core'

import { permutation } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'

const ROUNDS = 20

/** Clusters of prompts on the unit sphere: the regions of a saved model. */
export interface Clusters {
  /** [R, E] of unit length. */
  centroids: Float32Array
  /** Number of clusters R. */
  count: number
}

export interface Nearest {
  /** [P] cluster of the nearest centroid. */
  region: Int32Array
  /** [P] cosine to it. */
  cosine: Float32Array
}

/**
 * Spherical k-means (Dhillon and Modha 2001) from prompts drawn at random; a cluster that loses all prompts stays where it
 * was.
 * @param embeddings [P, E] of unit length
 * @param count at most; no more than there are prompts
 */
export function findClusters(embeddings: Float32Array, E: number, count: number, random: Random): Clusters {
  const P = embeddings.length / E
  const R = Math.min(count, P)
  const chosen = permutation(P, random).subarray(0, R)
  const centroids = new Float32Array(R * E)
  chosen.forEach((p, r) => centroids.set(embeddings.subarray(p * E, (p + 1) * E), r * E))
  for (let round = 0; round < ROUNDS; round++) {
    const { region } = nearestClusters({ centroids, count: R }, embeddings)
    const sums = new Float64Array(R * E)
    region.forEach((r, p) => {
      for (let e = 0; e < E; e++) sums[r * E + e] = (sums[r * E + e] ?? 0) + (embeddings[p * E + e] ?? NaN)
    })
    for (let r = 0; r < R; r++) {
      const sum = sums.subarray(r * E, (r + 1) * E)
      const norm = Math.hypot(...sum)
      if (norm > 0)
        centroids.set(
          sum.map((value) => value / norm),
          r * E,
        )
    }
  }
  return { centroids, count: R }
}

/** @param embeddings [P, E] of unit length */
export function nearestClusters({ centroids, count: R }: Clusters, embeddings: Float32Array): Nearest {
  const E = centroids.length / R
  const P = embeddings.length / E
  const cosines = tf.tidy(() =>
    tf
      .matMul(tf.tensor2d(embeddings, [P, E]), tf.transpose(tf.tensor2d(centroids, [R, E])))
      .dataSync<'float32'>(),
  )
  const region = new Int32Array(P)
  const cosine = new Float32Array(P).fill(-Infinity)
  for (let p = 0; p < P; p++) {
    for (let r = 0; r < R; r++) {
      const value = cosines[p * R + r] ?? NaN
      if (value > (cosine[p] ?? NaN)) {
        cosine[p] = value
        region[p] = r
      }
    }
  }
  return { region, cosine }
}
