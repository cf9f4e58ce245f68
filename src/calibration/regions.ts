import { at } from '../numeric/at.js'
import { rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import { dot } from '../numeric/vector.js'

/** The regions of prompts that a saved model was trained on. R regions, E the width of an embedding. */
export interface Regions {
  /** [R, E], each of unit length. */
  centroids: Matrix
  /** Quantiles of the cosines of held-out prompts to their nearest centroid, at equal steps; they never fall. */
  familiarity: readonly number[]
}

/** Where a prompt lies. */
export interface Placement {
  /** The region whose centroid has the greatest cosine with the prompt. */
  region: number
  /** Share of held-out prompts that lie no nearer to their centroid than this one, in [0, 1]. */
  familiarity: number
}

/**
 * About 0.1 ms for 256 regions and 384 dimensions.
 * @param vector [E], of any length; one without direction lies in region 0 and is not familiar.
 * @throws RangeError for a vector of another width than the centroids.
 */
export function placeOf(vector: Float32Array, { centroids, familiarity }: Regions): Placement {
  let region = 0
  let largest = -Infinity
  for (let r = 0; r < centroids.rows; r++) {
    const product = dot(vector, rowOf(centroids, r))
    if (product > largest) {
      largest = product
      region = r
    }
  }
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0))
  return { region, familiarity: length > 0 ? familiarityOf(largest / length, familiarity) : 0 }
}

/**
 * The empirical distribution function of cosines, linear between quantiles; the share of cosines <= `cosine`.
 * @param quantiles at least two, at equal steps of probability from the least to the greatest
 */
export function familiarityOf(cosine: number, quantiles: readonly number[]): number {
  const steps = quantiles.length - 1
  // Of equal quantiles the last one counts: all of them are <= cosine.
  const above = quantiles.findIndex((quantile) => quantile > cosine)
  if (above === -1) return 1
  if (above === 0) return 0
  const [from, to] = [at(quantiles, above - 1), at(quantiles, above)]
  return (above - 1 + (cosine - from) / (to - from)) / steps
}
