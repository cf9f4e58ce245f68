import path from 'node:path'

import type { Activation, Card } from '../card.js'
import { extractFeatures } from '../features/features.js'
import { at } from '../numeric/at.js'
import type { Destination } from '../savedModel/destination.js'
import { MAX_REFERENCE_LLMS, REFERENCE_PROMPTS } from '../savedModel/referencePrompts.js'
import { writeSavedModel } from '../savedModel/writeSavedModel.js'
import type { CardContents } from '../savedModel/writeSavedModel.js'
import type { DenseNetworkCheckpoint } from './checkpoint.js'
import { inFile, invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { toLayersModel } from './layersModel.js'
import { scoreOfPair } from './oracle.js'

/** Float32 sums in another order move a tanh score by less than this; a wrong weight moves it by far more. */
const SCORE_TOLERANCE = 1e-5

/** The encoder that the checkpoint was trained on, as installed. */
export interface ReferenceEncoder {
  name: string
  dimension: number
  sha256: string
  /** Of all that its vectors rest on, if that is known. */
  identity?: string
  /** One vector of `dimension` values per prompt. */
  embed: (prompts: readonly string[]) => Promise<Float32Array[]>
}

interface ConversionTarget extends Destination {
  /** Whether a saved model that is there already is replaced. */
  replace: boolean
}

/**
 * Writes a checkpoint of LLimit v1 as a saved model: layers model, weights and card, with reference scores computed
 * from the checkpoint by other code than that which serves.
 * A TensorFlow.js backend must have been started.
 * @throws LLimitError INVALID_CHECKPOINT if the encoder has another width; CONFLICT as `writeSavedModel` does.
 */
export async function convertCheckpoint(
  checkpoint: DenseNetworkCheckpoint,
  encoder: ReferenceEncoder,
  { root, name, replace }: ConversionTarget,
): Promise<Card> {
  if (encoder.dimension !== checkpoint.embeddingDimension) {
    const expected = `expected an encoder of ${checkpoint.embeddingDimension} dimensions`
    const found = `got ${encoder.name} of ${encoder.dimension}`
    throw inFile(checkpoint.fileName, invalidCheckpoint(`${expected}, ${found}`))
  }
  const { features } = checkpoint
  const activation = activationOf(checkpoint)
  const files = await toLayersModel(checkpoint, activation)
  const card: CardContents = {
    format_version: 1,
    type: 'dense_network',
    encoder: {
      name: encoder.name,
      dimension: encoder.dimension,
      sha256: encoder.sha256,
      ...(encoder.identity !== undefined && { identity: encoder.identity }),
    },
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
      description: `converted from a checkpoint of LLimit v1 with features ${features.version}`,
    },
    reference: await referenceOf(checkpoint, activation, encoder),
  }
  const written = await writeSavedModel({ root, name }, card, files, replace ? 'replace' : 'reject')
  return written.card
}

/** LLimit v1 changed from ReLU to a LeakyReLU together with its features; the checkpoint itself does not say. */
function activationOf({ features }: DenseNetworkCheckpoint): Activation {
  return features.version === 'v1' ? { type: 'relu' } : { type: 'leaky_relu', slope: 0.1 }
}

async function referenceOf(
  checkpoint: DenseNetworkCheckpoint,
  activation: Activation,
  encoder: ReferenceEncoder,
): Promise<Card['reference']> {
  const embeddings = await encoder.embed(REFERENCE_PROMPTS)
  const llms = checkpoint.llms.slice(0, MAX_REFERENCE_LLMS)
  const prompts = REFERENCE_PROMPTS.map((prompt, p) => ({
    embedding: at(embeddings, p),
    features: extractFeatures(prompt, checkpoint.features),
  }))
  const scores = llms.map((_, row) =>
    prompts.map((prompt) => scoreOfPair(checkpoint, activation, prompt.embedding, prompt.features, row)),
  )
  return { prompts: [...REFERENCE_PROMPTS], llms, scores, tolerance: SCORE_TOLERANCE }
}
