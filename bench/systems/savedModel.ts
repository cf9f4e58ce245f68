import { createHash } from 'node:crypto'
import path from 'node:path'

import { convertCheckpoint } from '../../src/convert/convert.js'
import type { DenseNetworkCheckpoint } from '../../src/convert/checkpoint.js'
import { at } from '../../src/numeric/at.js'
import { startBackend } from '../../src/tensor/backend.js'
import { readEncoderSpec } from '../../src/encoder/directory.js'
import { Encoder } from '../../src/encoder/encoder.js'
import { openTokenizer } from '../../src/tokenizer/tokenizer.js'
import { CACHE, ENCODER_DIRECTORY } from '../paths.js'
import { randomFrom } from '../prompts/prompts.js'
import { llmNames, MAX_LLMS } from './systemUnderTest.js'

/** Folder of the benchmark's saved models, within its cache. */
export const SAVED_MODELS = 'saved_models'
export const MODEL_NAME = 'dense_network/bench'

/** The original's defaults. */
const EMBEDDING = 384
const FEATURES = 44
const LLM_EMBEDDING = 32
const HIDDEN = [256, 128, 64]

/**
 * Writes the saved model that our server scores with: the sizes of the original's default and random weights, because the
 * shipped model knows fewer LLMs than the workloads ask for.
 */
export async function writeBenchModel(): Promise<void> {
  await startBackend(['cpu'])
  const tokenizer = await openTokenizer(ENCODER_DIRECTORY)
  const encoder = await Encoder.open(await readEncoderSpec(ENCODER_DIRECTORY), {
    engine: 'onnxruntime',
    precision: 'fp32',
  })
  try {
    const reference = {
      name: path.basename(ENCODER_DIRECTORY),
      dimension: encoder.spec.bert.hidden_size,
      sha256: encoder.spec.sha256,
      embed: (prompts: readonly string[]) =>
        encoder.encode(prompts.map((prompt) => tokenizer.encode(prompt).ids)),
    }
    const place = { root: path.join(CACHE, SAVED_MODELS), name: path.basename(MODEL_NAME) }
    await convertCheckpoint(randomCheckpoint(), reference, { ...place, replace: true })
  } finally {
    await encoder.close()
  }
}

function randomCheckpoint(): DenseNetworkCheckpoint {
  const random = randomFrom('weights')
  const values = (length: number, scale: number) =>
    Float32Array.from({ length }, () => scale * (2 * random() - 1))
  const widths = [EMBEDDING + FEATURES + LLM_EMBEDDING, ...HIDDEN, 1]
  return {
    fileName: 'random',
    sha256: createHash('sha256').update('random').digest('hex'),
    encoderName: path.basename(ENCODER_DIRECTORY),
    embeddingDimension: EMBEDDING,
    featureCount: FEATURES,
    llmEmbeddingDimension: LLM_EMBEDDING,
    hidden: HIDDEN,
    llms: llmNames(MAX_LLMS),
    llmEmbedding: values(MAX_LLMS * LLM_EMBEDDING, 1),
    // The bounds with which PyTorch begins a linear layer.
    layers: widths.slice(1).map((outputs, n) => {
      const inputs = at(widths, n)
      const bound = 1 / Math.sqrt(inputs)
      return { inputs, outputs, weight: values(inputs * outputs, bound), bias: values(outputs, bound) }
    }),
    features: {
      version: 'v2',
      scaler: { mean: Array<number>(26).fill(0), scale: Array<number>(26).fill(1) },
    },
  }
}
