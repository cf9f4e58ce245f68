import type { FeatureScaler } from '../card.js'
import type { CheckpointContents, NamedTensors } from './checkpointContents.js'
import { readSettings } from './denseNetworkSettings.js'
import type { DenseNetworkSettings } from './denseNetworkSettings.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import { readLlmNames } from './llmNames.js'
import { checkFinite, checkTensors } from './tensorTable.js'
import type { TensorTable } from './tensorTable.js'

/** Numeric HEAD features, the ones that are scaled. */
const SCALED_FEATURES = 26

/** In the state dict a hidden layer takes three indices: Linear, activation, dropout. */
const INDICES_PER_LAYER = 3

const LLM_EMBEDDING = 'model_embedding.weight'

/** One Linear layer, y = W x + b. TensorFlow.js stores the transpose of `weight`. */
export interface LinearLayer {
  inputs: number
  outputs: number
  /** [outputs, inputs], row-major. */
  weight: Float32Array
  /** [outputs] */
  bias: Float32Array
}

/** A dense network whose parts are known to fit together. N is the number of LLMs, D their embedding's width. */
export interface DenseNetwork extends DenseNetworkSettings {
  /** LLM names by row of `llmEmbedding`; unique. */
  llms: string[]
  /** [N, D], row-major. */
  llmEmbedding: Float32Array
  /**
   * The hidden layers, then the output layer of width 1. The first takes [prompt embedding, features, LLM embedding],
   * concatenated in this order.
   */
  layers: LinearLayer[]
  /** Of the numeric features, for version `head` only. */
  scaler?: FeatureScaler
}

/**
 * Checks every part of a checkpoint against the others: names, shapes, nothing missing and nothing left over.
 * @throws LLimitError INVALID_CHECKPOINT, naming what does not fit
 */
export function readDenseNetwork({ settings: dict, network, scaler }: CheckpointContents): DenseNetwork {
  const settings = readSettings(dict)
  const llms = readLlmNames(dict.get('model_encoder'))
  const sizes = layerSizes(settings)
  const find = checkTensors(network, networkTable(settings, llms.length, sizes), 'network')
  const weights = (name: string): Float32Array => checkFinite(find(name), name)
  const parts = {
    ...settings,
    llms,
    llmEmbedding: weights(LLM_EMBEDDING),
    layers: sizes.map(([inputs, outputs], index) => ({
      inputs,
      outputs,
      weight: weights(`${layerName(index)}.weight`),
      bias: weights(`${layerName(index)}.bias`),
    })),
  }
  if (settings.version === 'v2') return { ...parts, scaler: readScaler(scaler) }
  if (scaler) throw invalidCheckpoint('the network takes the raw features of the seed era, yet has a scaler')
  return parts
}

/** Inputs and outputs of each layer. */
function layerSizes(settings: DenseNetworkSettings): readonly (readonly [number, number])[] {
  const inputs = settings.embeddingDimension + settings.featureCount + settings.llmEmbeddingDimension
  return [...settings.hidden, 1].map((outputs, index) => [settings.hidden[index - 1] ?? inputs, outputs])
}

function layerName(index: number): string {
  return `dense_network.${INDICES_PER_LAYER * index}`
}

function networkTable(
  settings: DenseNetworkSettings,
  llmCount: number,
  sizes: readonly (readonly [number, number])[],
): TensorTable {
  return [
    [LLM_EMBEDDING, [llmCount, settings.llmEmbeddingDimension]],
    ...sizes.flatMap(([inputs, outputs], index): TensorTable => [
      [`${layerName(index)}.weight`, [outputs, inputs]],
      [`${layerName(index)}.bias`, [outputs]],
    ]),
  ]
}

/** A feature that training never saw has a NaN as its mean and scale, which JSON writes as null. */
function readScaler(tensors: NamedTensors | undefined): FeatureScaler {
  if (!tensors) {
    throw invalidCheckpoint('prompt_features_scaler_state is missing; a HEAD network is of no use without it')
  }
  const shape = [SCALED_FEATURES]
  const find = checkTensors(
    tensors,
    [
      ['mean', shape],
      ['scale', shape],
    ],
    'scaler',
  )
  const numbers = (name: string): (number | null)[] => {
    const values = [...find(name)].map((value) => (Number.isNaN(value) ? null : value))
    if (values.some((value) => value !== null && !Number.isFinite(value))) {
      throw invalidCheckpoint(`the ${name} of the scaler is infinite`)
    }
    return values
  }
  return { mean: numbers('mean'), scale: numbers('scale') }
}
