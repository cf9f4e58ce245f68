import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import { LLimitError, messageOf } from '../errors.js'
import { toArtifacts } from '../tensor/layersModel.js'
import type { ModelFiles } from '../tensor/layersModel.js'

/** The inputs of a dense network, in this order. E: width of the prompt embedding, F: number of features. */
export const INPUTS = ['prompt_embedding', 'prompt_features', 'llm'] as const

/** What to score. Shapes: P prompts, M LLMs. */
export interface PromptBatch {
  /** [P, E] */
  embeddings: Float32Array
  /** [P, F] */
  features: Float32Array
  /** [M] rows of the LLM embedding. */
  llms: Int32Array
  /** Most (prompt, LLM) pairs in memory at once. */
  batchSize: number
}

/** A dense network over pairs of a prompt (embedding and features) and an LLM, as a TensorFlow.js layers model. */
export class DenseNetwork {
  readonly #model: LayersModel
  readonly #widths: { embedding: number; features: number }

  private constructor(model: LayersModel) {
    this.#model = model
    this.#widths = { embedding: widthOf(model, 0), features: widthOf(model, 1) }
  }

  /** @throws LLimitError MODEL_BROKEN where the files hold no layers model with the three inputs. */
  static async load(files: ModelFiles): Promise<DenseNetwork> {
    const artifacts = toArtifacts(files)
    let model: LayersModel
    try {
      model = await loadLayersModel(tf.io.fromMemory(artifacts))
    } catch (cause) {
      throw new LLimitError('MODEL_BROKEN', `model.json cannot be loaded: ${messageOf(cause)}`, { cause })
    }
    const names = model.inputNames.join()
    if (names !== INPUTS.join() || model.outputs.length !== 1) {
      model.dispose()
      throw new LLimitError('MODEL_BROKEN', `model.json has inputs [${names}], expected [${INPUTS.join()}]`)
    }
    return new DenseNetwork(model)
  }

  /** @returns [M, P] row by row: all prompts of the first LLM, then of the next. */
  async score({ embeddings, features, llms, batchSize }: PromptBatch): Promise<Float32Array> {
    const P = embeddings.length / this.#widths.embedding
    const scores = new Float32Array(P * llms.length)
    const e = tf.tensor2d(embeddings, [P, this.#widths.embedding])
    const f = tf.tensor2d(features, [P, this.#widths.features])
    try {
      for (let start = 0; start < scores.length; start += batchSize) {
        const size = Math.min(batchSize, scores.length - start)
        const prompts = Int32Array.from({ length: size }, (_, i) => (start + i) % P)
        const rows = Int32Array.from({ length: size }, (_, i) => llms[Math.floor((start + i) / P)] ?? 0)
        const block = tf.tidy(() => {
          const index = tf.tensor1d(prompts, 'int32')
          const inputs = [tf.gather(e, index), tf.gather(f, index), tf.tensor2d(rows, [size, 1], 'int32')]
          return this.#model.predictOnBatch(inputs) as tf.Tensor
        })
        // Awaiting lets other requests' blocks in between.
        scores.set(await block.data(), start)
        block.dispose()
      }
      return scores
    } finally {
      tf.dispose([e, f])
    }
  }

  dispose(): void {
    this.#model.dispose()
  }
}

function widthOf(model: LayersModel, input: number): number {
  const width = model.inputs[input]?.shape[1]
  if (typeof width !== 'number') {
    throw new LLimitError('MODEL_BROKEN', `input ${INPUTS[input] ?? input} has no width`)
  }
  return width
}
