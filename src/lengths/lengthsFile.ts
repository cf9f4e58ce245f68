import { LENGTHS_FILE } from '../card.js'
import type { Card, LengthSpec } from '../card.js'
import { LLimitError } from '../errors.js'
import { featureCount } from '../features/features.js'
import { at } from '../numeric/at.js'
import type { Matrix } from '../numeric/matrix.js'
import { checkedTensors } from '../tensor/checkedTensors.js'
import { writeSafetensors } from '../tensor/writeSafetensors.js'
import type { FloatTensor } from '../tensor/writeSafetensors.js'
import type { LengthModel } from './lengthModel.js'

/** What LENGTHS_FILE holds besides the model, for a new LLM: the normal distribution that its vector is drawn from. */
export interface VectorPrior {
  /** [R] */
  mean: Float32Array
  /** [R, R] */
  covariance: Matrix
  /** [K, R] mean vectors of the training prompts of each cluster, which say what is known of it from LLMs like it. */
  clusters: Matrix
}

export function writeLengths(model: LengthModel, prior: VectorPrior): Uint8Array {
  const { prompts, noise } = model
  return writeSafetensors(
    new Map([
      ...prompts.partitions.map(({ centroids }, n): [string, FloatTensor] => [
        `centroids_${n}`,
        toTensor(centroids),
      ]),
      ['projection', toTensor(prompts.projection)],
      ['offset', { shape: [prompts.offset.length], data: prompts.offset }],
      ['vectors', toTensor(model.vectors)],
      ['like_vectors', toTensor(model.likeVectors)],
      ['like_levels', toTensor(model.likeLevels)],
      ['counted', toTensor(model.counted)],
      ['noise', { shape: [noise.length], data: noise }],
      ['prior_mean', { shape: [prior.mean.length], data: prior.mean }],
      ['prior_covariance', toTensor(prior.covariance)],
      ['cluster_vectors', toTensor(prior.clusters)],
    ]),
  )
}

/**
 * @param bytes of LENGTHS_FILE
 * @throws LLimitError MODEL_BROKEN, naming the tensor or field that does not match the card.
 */
export function readLengths(
  bytes: Uint8Array,
  { llms, encoder, features }: Pick<Card, 'llms' | 'encoder' | 'features'>,
  spec: LengthSpec,
): { model: LengthModel; prior: VectorPrior } {
  const { counted, width: R, partitions, sharpness, halfway, like_variance, interval, longest } = spec
  const M = llms.length
  if (counted.length !== M) {
    throw mismatch(`expected ${M} lengths.counted in card.json, one for each LLM, got ${counted.length}`)
  }
  const { floats, matrix } = checkedTensors(bytes, LENGTHS_FILE)
  const W = encoder.dimension + featureCount(features.version)
  const K = at(partitions, 0).clusters
  const D = partitions.reduce((sum, { clusters }) => sum + clusters, W)
  const model = {
    prompts: {
      embedding: encoder.dimension,
      partitions: partitions.map(({ clusters, feature_weight }, n) => ({
        featureWeight: feature_weight,
        centroids: matrix(`centroids_${n}`, [clusters, W]),
      })),
      sharpness,
      projection: matrix('projection', [R, D]),
      offset: floats('offset', [R]),
    },
    vectors: matrix('vectors', [M, R]),
    likeVectors: matrix('like_vectors', [M, R]),
    likeLevels: matrix('like_levels', [M, K]),
    counted: matrix('counted', [M, K], 0),
    halfway,
    noise: floats('noise', [M], 0),
    likeVariance: like_variance,
    interval: { low: interval.low, high: interval.high },
    longest,
  }
  return {
    model,
    prior: {
      mean: floats('prior_mean', [R]),
      covariance: matrix('prior_covariance', [R, R]),
      clusters: matrix('cluster_vectors', [K, R]),
    },
  }
}

function toTensor({ rows, columns, data }: Matrix): FloatTensor {
  return { shape: [rows, columns], data }
}

function mismatch(message: string): LLimitError {
  return new LLimitError('MODEL_BROKEN', `${LENGTHS_FILE} does not match: ${message}`)
}
