import * as tf from '@tensorflow/tfjs-core'

import { at } from '../../numeric/at.js'
import { gatherRows, matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { permutation } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'
import { addScaled } from '../../numeric/vector.js'
import { valuesOf } from '../../tensor/valuesOf.js'

const ROUNDS = 20

/** The nearest centroid of each point. */
export interface Assignment {
  /** [P] row of the centroid. */
  cluster: Int32Array
  /** [P] cosine to it. */
  cosine: Float32Array
}

/**
 * Spherical k-means (Dhillon and Modha 2001) from points drawn at random; a cluster that loses all points stays where it
 * was.
 * @param points [P, E] of unit length
 * @param maxClusters no more than there are points are found
 * @returns [R, E] centroids of unit length
 */
export function sphericalKMeans(points: Matrix, maxClusters: number, random: Random): Matrix {
  const R = Math.min(maxClusters, points.rows)
  const centroids = gatherRows(points, permutation(points.rows, random).subarray(0, R))
  for (let round = 0; round < ROUNDS; round++) {
    const sums = sumsByCluster(points, assignToNearest(centroids, points), R)
    sums.forEach((sum, r) => {
      const norm = Math.hypot(...sum)
      if (norm > 0) rowOf(centroids, r).set(sum.map((value) => value / norm))
    })
  }
  return centroids
}

/**
 * @param centroids [R, E] and
 * @param points [P, E], both of unit length
 */
export function assignToNearest(centroids: Matrix, points: Matrix): Assignment {
  const { columns: E, rows: R } = centroids
  const cosines = valuesOf(() =>
    tf.matMul(tf.tensor2d(points.data, [points.rows, E]), tf.transpose(tf.tensor2d(centroids.data, [R, E]))),
  )
  const cluster = new Int32Array(points.rows)
  const cosine = new Float32Array(points.rows)
  const table = matrixOf(cosines, R)
  for (let p = 0; p < points.rows; p++) {
    let largest = -Infinity
    rowOf(table, p).forEach((value, r) => {
      if (value <= largest) return
      largest = value
      cluster[p] = r
    })
    cosine[p] = largest
  }
  return { cluster, cosine }
}

/** The sums of the points of each cluster, R of [E]. */
function sumsByCluster(points: Matrix, { cluster }: Assignment, R: number): Float64Array[] {
  const sums = Array.from({ length: R }, () => new Float64Array(points.columns))
  cluster.forEach((r, p) => {
    addScaled(at(sums, r), 1, rowOf(points, p))
  })
  return sums
}
