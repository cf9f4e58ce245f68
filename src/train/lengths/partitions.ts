import type { Partition, PromptModel } from '../../lengths/promptPart.js'
import { gatherRows, matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { createRandom, permutation } from '../../numeric/random.js'
import { dot } from '../../numeric/vector.js'
import { sphericalKMeans } from '../calibration/sphericalKMeans.js'

/**
 * What features are multiplied by next to an embedding of length 1. Two partitions, the second more by form than the first,
 * predict better than one of twice as many clusters.
 */
const FEATURE_WEIGHTS = [0.1, 0.2] as const

/** Factor of cosines in the softmax: a cluster whose cosine is lower by .1 than that of the nearest has a fiftieth of its share. */
const SHARPNESS = 40

/** Drawn to find the clusters by; more take longer and find no better ones. */
const MAX_PROMPTS = 5000

/**
 * Finds clusters of prompts, in two ways. A TensorFlow.js backend must have been started.
 * @param inputs [P, W] embedding, then features
 * @param embedding its width
 * @param clusters of each partition, at most
 */
export function findPartitions(
  inputs: Matrix,
  embedding: number,
  clusters: number,
  seed: number,
): Pick<PromptModel, 'embedding' | 'partitions' | 'sharpness'> {
  const partitions = FEATURE_WEIGHTS.map((featureWeight, n): Partition => {
    const random = createRandom(seed + n)
    const sample = gatherRows(inputs, permutation(inputs.rows, random).subarray(0, MAX_PROMPTS))
    const points = toUnitLength(weighted(sample, embedding, featureWeight))
    const centroids = sphericalKMeans(points, clusters, random)
    return { featureWeight, centroids: weighted(centroids, embedding, featureWeight) }
  })
  return { embedding, partitions, sharpness: SHARPNESS }
}

/** In place. */
function toUnitLength(rows: Matrix): Matrix {
  for (let p = 0; p < rows.rows; p++) {
    const row = rowOf(rows, p)
    const length = Math.sqrt(dot(row, row))
    if (length > 0) row.forEach((value, i) => (row[i] = value / length))
  }
  return rows
}

/** [embedding; weight · features] */
function weighted({ data, columns }: Matrix, embedding: number, weight: number): Matrix {
  return matrixOf(
    data.map((value, i) => (i % columns < embedding ? value : weight * value)),
    columns,
  )
}
