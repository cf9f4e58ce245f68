import { setImmediate } from 'node:timers/promises'

import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import { LLimitError, messageOf } from '../errors.js'
import { probabilityOf } from '../calibration/probability.js'
import type { LogitScale } from '../calibration/probability.js'
import { toArtifacts } from '../tensor/layersModel.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import { factorisedNetwork } from './factorisedNetwork.js'
import { plainNetwork } from './pairNetwork.js'
import type { PairNetwork } from './pairNetwork.js'

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
  /** Most (prompt, LLM) pairs in memory at once, where that is more than the network's `leastPairs`. */
  batchSize: number
}

/** What a network takes: the widths of prompt embedding and features, and the rows of its LLM embedding. */
export interface NetworkShape {
  embedding: number
  features: number
  llms: number
}

/** How long one request may keep the thread before others get a turn, in milliseconds. */
const TURN_MS = 5

/** A dense network over pairs of a prompt (embedding and features) and an LLM, as a TensorFlow.js layers model. */
export class DenseNetwork {
  readonly shape: NetworkShape
  readonly #model: LayersModel
  readonly #network: PairNetwork
  readonly #calibration: LogitScale | undefined

  /**
   * @param model with the three inputs and one output.
   * @param calibration makes scores of the output, a logit; without it the output is the score.
   */
  constructor(
    model: LayersModel,
    network: PairNetwork = factorisedNetwork(model) ?? plainNetwork(model),
    calibration?: LogitScale,
  ) {
    this.#model = model
    this.#network = network
    this.#calibration = calibration
    this.shape = { embedding: widthOf(model, 0), features: widthOf(model, 1), llms: rowsOf(model) }
  }

  /** @throws LLimitError MODEL_BROKEN where the files hold no layers model with the three inputs. */
  static async load(files: ModelFiles, calibration?: LogitScale): Promise<DenseNetwork> {
    return new DenseNetwork(await loadModel(files), undefined, calibration)
  }

  /** @returns [M, P] row by row: all prompts of the first LLM, then of the next. */
  async score(batch: PromptBatch): Promise<Float32Array> {
    const scores = await this.scoreUnless(() => false, batch)
    if (scores === undefined) throw new LLimitError('INTERNAL', 'scores were given up that are wanted')
    return scores
  }

  /**
   * The same, as long as it is wanted.
   * @param isGivenUp asked between two turns
   * @returns undefined where it was given up
   */
  async scoreUnless(
    isGivenUp: () => boolean,
    { embeddings, features, llms, batchSize }: PromptBatch,
  ): Promise<Float32Array | undefined> {
    const { embedding: E, features: F } = this.shape
    const P = embeddings.length / E
    const e = tf.tensor2d(embeddings, [P, E])
    const f = tf.tensor2d(features, [P, F])
    try {
      const prepared = await this.#network.prepare(e, f)
      const scores = new Float32Array(P * llms.length)
      const blockSize = Math.max(batchSize, this.#network.leastPairs)
      let turnEnds = performance.now() + TURN_MS
      for (let start = 0; start < scores.length; start += blockSize) {
        const { prompts, rows } = pairsFrom(start, Math.min(blockSize, scores.length - start), P, llms)
        const block = tf.tidy(() => prepared.scorePairs(prompts, rows))
        scores.set(this.#toScores(await block.data<'float32'>()), start)
        block.dispose()
        if (performance.now() > turnEnds) {
          await setImmediate()
          if (isGivenUp()) return undefined
          turnEnds = performance.now() + TURN_MS
        }
      }
      return scores
    } finally {
      tf.dispose([e, f])
    }
  }

  /** [n] -> [n]; computed in float64, since a float32 sum in the exponent costs the last digits. */
  #toScores(outputs: Float32Array): Float32Array {
    const calibration = this.#calibration
    if (calibration === undefined) return outputs
    return Float32Array.from(outputs, (logit) => probabilityOf(logit, calibration))
  }

  dispose(): void {
    this.#network.dispose()
    this.#model.dispose()
  }
}

/** The prompt and the LLM row of `size` pairs from the `start`th on, all prompts of an LLM one after the other. */
function pairsFrom(start: number, size: number, P: number, llms: Int32Array) {
  const prompts = new Int32Array(size)
  const rows = new Int32Array(size)
  for (let i = 0; i < size; i++) {
    prompts[i] = (start + i) % P
    rows[i] = llms[Math.floor((start + i) / P)] ?? 0
  }
  return { prompts, rows }
}

/** @throws LLimitError MODEL_BROKEN where the files hold no layers model with the three inputs and one output. */
export async function loadModel(files: ModelFiles): Promise<LayersModel> {
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
  const width = model.outputs[0]?.shape.at(-1)
  if (width !== 1) {
    model.dispose()
    throw new LLimitError(
      'MODEL_BROKEN',
      `model.json gives ${width ?? 'any number of'} values for a pair, expected 1`,
    )
  }
  return model
}

function widthOf(model: LayersModel, input: number): number {
  const width = model.inputs[input]?.shape[1]
  if (typeof width !== 'number') {
    throw new LLimitError('MODEL_BROKEN', `input ${INPUTS[input] ?? input} has no width`)
  }
  return width
}

/** Rows of the LLM embedding; 0 for a model that has none. */
function rowsOf(model: LayersModel): number {
  const table = model.layers.find((layer) => layer.getClassName() === 'Embedding')
  return table?.getWeights()[0]?.shape[0] ?? 0
}
