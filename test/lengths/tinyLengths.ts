import type { LengthSpec } from '../../src/card.js'
import type { LengthModel } from '../../src/lengths/lengthModel.js'
import type { VectorPrior } from '../../src/lengths/lengthsFile.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import type { Matrix } from '../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'

/** Clusters of the two partitions, and numbers of a vector. */
const CLUSTERS = [3, 2] as const
const R = 4

/** Small lengths of any numbers, as a trained model has them. */
export function tinyLengths(
  seed: number,
  { embedding, features, counted }: { embedding: number; features: number; counted: readonly number[] },
): { card: LengthSpec; model: LengthModel; prior: VectorPrior } {
  const random = createRandom(seed)
  const numbers = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * gaussian(random))
  const matrix = (rows: number, columns: number, scale: number): Matrix =>
    matrixOf(numbers(rows * columns, scale), columns)
  const M = counted.length
  const W = embedding + features
  const [K] = CLUSTERS
  const weights = [0.1, 0.2]
  const interval = { low: -1.5, high: 1.8 }
  const partitions = CLUSTERS.map((clusters, n) => ({ clusters, feature_weight: weights[n] ?? 0 }))
  const model = {
    prompts: {
      embedding,
      partitions: partitions.map(({ clusters, feature_weight }) => ({
        featureWeight: feature_weight,
        centroids: matrix(clusters, W, 0.1),
      })),
      sharpness: 5,
      projection: matrix(R, W + 5, 0.1),
      offset: numbers(R, 1),
    },
    vectors: matrix(M, R, 1),
    likeVectors: matrix(M, R, 1),
    likeLevels: matrix(M, K, 0.5),
    counted: matrixOf(
      Float32Array.from({ length: M * K }, (_, i) => ((counted[Math.floor(i / K)] ?? 0) > 0 ? i : 0)),
      K,
    ),
    halfway: 2,
    noise: Float32Array.from({ length: M }, (_, m) => 0.2 + 0.1 * m),
    likeVariance: 0.7,
    interval,
    longest: 5000,
  }
  return {
    card: {
      counted: [...counted],
      width: R,
      partitions,
      sharpness: model.prompts.sharpness,
      halfway: model.halfway,
      like_variance: model.likeVariance,
      longest: model.longest,
      interval: { level: 0.9, ...interval },
    },
    model,
    prior: { mean: numbers(R, 1), covariance: matrix(R, R, 1), clusters: matrix(K, R, 1) },
  }
}
