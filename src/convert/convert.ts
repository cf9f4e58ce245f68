import path from 'node:path'

import type { Activation, Card, FeatureSpec } from '../card.js'
import { LLimitError } from '../errors.js'
import { extractFeatures } from '../features/features.js'
import type { Destination } from '../savedModel/destination.js'
import { writeSavedModel } from '../savedModel/writeSavedModel.js'
import type { CardContents } from '../savedModel/writeSavedModel.js'
import type { DenseNetworkCheckpoint } from './checkpoint.js'
import { toLayersModel } from './layersModel.js'
import { scoreOfPair } from './oracle.js'
import { MAX_REFERENCE_LLMS, REFERENCE_PROMPTS } from '../savedModel/referencePrompts.js'

/** Float32 sums in another order move a tanh score by less than this; a wrong weight moves it by far more. */
const SCORE_TOLERANCE = 1e-5

/** The encoder that the checkpoint was trained on, as installed. */
export interface ReferenceEncoder {
  name: string
  dimension: number
  sha256: string
  /** One vector of `dimension` values per prompt. */
  embed: (prompts: readonly string[]) => Promise<Float32Array[]>
}

interface ConversionTarget extends Destination {
  /** Whether a saved model that is there already is replaced. */
  replace: boolean
}

/**
 * Writes a checkpoint of the original as a saved model: layers model, weights and card, with reference scores computed
 * from the checkpoint by other code than that which serves.
 * A TensorFlow.js backend must have been started.
 * @throws LLimitError INVALID_CHECKPOINT where the encoder does not fit; INVALID_REQUEST where the place is taken.
 */
export async function convertCheckpoint(
  checkpoint: DenseNetworkCheckpoint,
  encoder: ReferenceEncoder,
  { root, name, replace }: ConversionTarget,
): Promise<Card> {
  if (encoder.dimension !== checkpoint.embeddingDimension) {
    throw new LLimitError(
      'INVALID_CHECKPOINT',
      `the checkpoint wants prompt embeddings of ${checkpoint.embeddingDimension} dimensions, ` +
        `the encoder ${encoder.name} gives ${encoder.dimension}`,
    )
  }
  const activation = activationOf(checkpoint)
  const files = await toLayersModel(checkpoint, activation)
  const features = featuresOf(checkpoint)
  const card: CardContents = {
    format_version: 1,
    type: 'dense_network',
    encoder: { name: encoder.name, dimension: encoder.dimension, sha256: encoder.sha256 },
    features,
    llms: checkpoint.llms,
    network: {
      hidden: checkpoint.hidden,
      llm_embedding_dimension: checkpoint.llmEmbeddingDimension,
      activation,
    },
    output: 'margin',
    origin: {
      source: path.basename(checkpoint.fileName),
      sha256: checkpoint.sha256,
      description: `converted from a checkpoint of LLimit v1 with ${checkpoint.version} features`,
    },
    reference: await referenceOf(checkpoint, activation, features, encoder),
  }
  const written = await writeSavedModel({ root, name }, card, files, replace ? 'replace' : 'reject')
  return written.card
}

/** The seed era used ReLU, HEAD a LeakyReLU of slope 0.1; the checkpoint itself does not say. */
function activationOf({ version }: DenseNetworkCheckpoint): Activation {
  return version === 'v1' ? { type: 'relu' } : { type: 'leaky_relu', slope: 0.1 }
}

function featuresOf({ version, scaler }: DenseNetworkCheckpoint): FeatureSpec {
  if (version === 'v1') return { version }
  if (scaler === undefined) {
    throw new LLimitError('INVALID_CHECKPOINT', 'a HEAD checkpoint needs prompt_features_scaler_state')
  }
  return { version, scaler }
}

async function referenceOf(
  checkpoint: DenseNetworkCheckpoint,
  activation: Activation,
  features: FeatureSpec,
  encoder: ReferenceEncoder,
): Promise<Card['reference']> {
  const embeddings = await encoder.embed(REFERENCE_PROMPTS)
  const llms = checkpoint.llms.slice(0, MAX_REFERENCE_LLMS)
  const prompts = REFERENCE_PROMPTS.map((prompt, p) => ({
    embedding: embeddings[p] ?? new Float32Array(),
    features: extractFeatures(prompt, features),
  }))
  const scores = llms.map((_, row) =>
    prompts.map((prompt) => scoreOfPair(checkpoint, activation, prompt.embedding, prompt.features, row)),
  )
  return { prompts: [...REFERENCE_PROMPTS], llms, scores, tolerance: SCORE_TOLERANCE }
}
