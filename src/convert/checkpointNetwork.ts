import { z } from 'zod'

import type { FeatureScaler, FeatureSpec } from '../card.js'
import { featureCount } from '../features/features.js'
import { at } from '../numeric/at.js'
import { describeIssues } from '../validation.js'
import type { CheckpointContents, NamedTensors } from './checkpointContents.js'
import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { readLlmNames } from './llmNames.js'
import { isList } from '../tensor/pytorch/pickle/values.js'
import type { Dict, PyValue } from '../tensor/pytorch/pickle/values.js'
import { checkFinite, checkTensors } from './tensorTable.js'
import type { TensorTable } from './tensorTable.js'

/** Numeric features of v2, the ones that are scaled. */
const SCALED_FEATURES = 26

/** In the state dict a hidden layer takes three indices: Linear, activation, dropout. */
const INDICES_PER_LAYER = 3

const LLM_EMBEDDING = 'model_embedding.weight'

/** The default of LLimit v1 has 3. */
const MAX_HIDDEN_LAYERS = 64

const count = z.int().positive()

/** Keys of LLimit v1 that matter to inference; the rest (optimizer, history, printing) is for training alone. */
const settingsSchema = z.object({
  embedding_model_name: z.string().min(1),
  embedding_dim: count,
  prompt_features_dim: z.literal([featureCount('v1'), featureCount('v2')]),
  preprocessor_version: z.literal('v4'),
  model_id_embedding_dim: count,
  hidden_dims: z.array(count).max(MAX_HIDDEN_LAYERS),
})

interface NetworkSettings {
  encoderName: string
  embeddingDimension: number
  featureCount: number
  llmEmbeddingDimension: number
  hidden: number[]
}

/** One Linear layer, y = W x + b. TensorFlow.js stores the transpose of `weight`. */
export interface LinearLayer {
  inputs: number
  outputs: number
  /** [outputs, inputs], row-major. */
  weight: Float32Array
  /** [outputs] */
  bias: Float32Array
}

/**
 * The dense network of a checkpoint, whose parts are known to match. N is the number of LLMs, D the width of their
 * embedding.
 */
export interface CheckpointNetwork extends NetworkSettings {
  features: FeatureSpec
  /** LLM names by row of `llmEmbedding`; unique. */
  llms: string[]
  /** [N, D], row-major. */
  llmEmbedding: Float32Array
  /**
   * The hidden layers, then the output layer of width 1. The first takes [prompt embedding, features, LLM embedding],
   * concatenated in this order.
   */
  layers: LinearLayer[]
}

/**
 * Checks every part of a checkpoint against the others: names, shapes, nothing missing and nothing left over.
 * @throws LLimitError INVALID_CHECKPOINT, naming what does not match.
 */
export function readCheckpointNetwork({ settings, network, scaler }: CheckpointContents): CheckpointNetwork {
  const known = readSettings(settings)
  const llms = readLlmNames(settings.get('model_encoder'))
  const sizes = layerSizes(known)
  const find = checkTensors(network, networkTable(known, llms.length, sizes), 'network')
  const weights = (name: string): Float32Array => checkFinite(find(name), name)
  return {
    ...known,
    features: readFeatures(known, scaler),
    llms,
    llmEmbedding: weights(LLM_EMBEDDING),
    layers: sizes.map(([inputs, outputs], index) => ({
      inputs,
      outputs,
      weight: weights(`${layerName(index)}.weight`),
      bias: weights(`${layerName(index)}.bias`),
    })),
  }
}

/** @throws LLimitError INVALID_CHECKPOINT, naming each setting that is missing or invalid. */
function readSettings(checkpoint: Dict): NetworkSettings {
  const plain = Object.keys(settingsSchema.shape).map((key) => [key, toPlain(checkpoint.get(key))])
  const parsed = settingsSchema.safeParse(Object.fromEntries(plain), { reportInput: true })
  if (!parsed.success) {
    const faults = describeIssues(parsed.error, 'the settings')
    throw invalidCheckpoint(`expected the settings of a dense_network of LLimit v1: ${faults}`)
  }
  const settings = parsed.data
  return {
    encoderName: settings.embedding_model_name,
    embeddingDimension: settings.embedding_dim,
    featureCount: settings.prompt_features_dim,
    llmEmbeddingDimension: settings.model_id_embedding_dim,
    hidden: settings.hidden_dims,
  }
}

function toPlain(value: PyValue | undefined): unknown {
  // One more than allowed is enough to be rejected, however long the list is.
  return isList(value) ? value.items.slice(0, MAX_HIDDEN_LAYERS + 1) : value
}

/** Inputs and outputs of each layer. */
function layerSizes(settings: NetworkSettings): readonly (readonly [number, number])[] {
  const inputs = settings.embeddingDimension + settings.featureCount + settings.llmEmbeddingDimension
  const widths = [inputs, ...settings.hidden, 1]
  return widths.slice(1).map((outputs, index) => [at(widths, index), outputs])
}

function layerName(index: number): string {
  return `dense_network.${INDICES_PER_LAYER * index}`
}

function networkTable(
  settings: NetworkSettings,
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

/** The two versions of the features have different numbers of them, and v2 alone is scaled. */
function readFeatures(settings: NetworkSettings, scaler: NamedTensors | undefined): FeatureSpec {
  const version = settings.featureCount === featureCount('v1') ? 'v1' : 'v2'
  const key = 'prompt_features_scaler_state'
  if (version === 'v2') {
    if (scaler === undefined) throw invalidCheckpoint(`${key}: expected the scaler of features v2, got none`)
    return { version, scaler: readScaler(scaler) }
  }
  if (scaler !== undefined) throw invalidCheckpoint(`${key}: expected no scaler for features v1, got one`)
  return { version }
}

/** A feature that training never saw has a NaN as its mean and scale, which JSON writes as null. */
function readScaler(tensors: NamedTensors): FeatureScaler {
  const shape = [SCALED_FEATURES]
  const table: TensorTable = [
    ['mean', shape],
    ['scale', shape],
  ]
  const find = checkTensors(tensors, table, 'scaler')
  const numbers = (name: string): (number | null)[] =>
    Array.from(find(name), (value, i) => {
      if (Math.abs(value) === Infinity)
        throw invalidCheckpoint(`scaler: ${name}[${i}]: expected a finite number or NaN, got ${value}`)
      return Number.isNaN(value) ? null : value
    })
  return { mean: numbers('mean'), scale: numbers('scale') }
}
