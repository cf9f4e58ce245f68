import { setImmediate } from 'node:timers/promises'

import * as tf from '@tensorflow/tfjs-core'
import { loadLayersModel } from '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import { probabilityOf } from '../calibration/probability.js'
import type { LogitScale } from '../calibration/probability.js'
import { LLimitError, messageOf } from '../errors.js'
import { at } from '../numeric/at.js'
import { toArtifacts } from '../tensor/layersModel.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import { checkNetwork } from './checkNetwork.js'
import { checkBatch, INPUTS } from './networkShape.js'
import type { NetworkShape } from './networkShape.js'
import { factorizedNetwork } from './factorizedNetwork.js'
import { pairsFrom } from './pairLoops.js'
import { unfactorizedNetwork } from './pairNetwork.js'
import type { PairNetwork } from './pairNetwork.js'

/** What to score. Shapes: P prompts, M LLMs. */
export interface PromptBatch {
  /** [P, E] */
  embeddings: Float32Array
  /** [P, F] */
  features: Float32Array
  /** [M] rows of the LLM embedding. */
  llms: Int32Array
  /** Most (prompt, LLM) pairs in memory at once, if that is more than the network's `minBlockSize`. */
  batchSize: number
}

interface LoadOptions {
  /** What the card describes. */
  shape?: NetworkShape | undefined
  /** Told when it is this network's turn to be loaded. */
  onStart?: () => void
}

/** How long one request may keep the thread before it yields to others. */
const YIELD_AFTER_MS = 5

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
    network: PairNetwork = factorizedNetwork(model) ?? unfactorizedNetwork(model),
    calibration?: LogitScale,
  ) {
    this.#model = model
    this.#network = network
    this.#calibration = calibration
    this.shape = shapeOf(model)
  }

  /** @throws LLimitError MODEL_BROKEN as `loadModel` does. */
  static async load(
    files: ModelFiles,
    calibration?: LogitScale,
    options?: LoadOptions,
  ): Promise<DenseNetwork> {
    const model = await loadModel(files, options)
    try {
      return new DenseNetwork(model, undefined, calibration)
    } catch (error) {
      model.dispose()
      throw error
    }
  }

  /**
   * @param signal looked at whenever the thread is yielded.
   * @param onResume told when the work goes on after that.
   * @returns [M, P] row by row: all prompts of the first LLM, then of the next.
   * @throws RangeError for widths or rows that are not those of the network; the reason of `signal`.
   */
  async score(
    { embeddings, features, llms, batchSize }: PromptBatch,
    signal?: AbortSignal,
    onResume?: () => void,
  ): Promise<Float32Array> {
    const { embedding: E, features: F } = this.shape
    const P = embeddings.length / E
    checkBatch(this.shape, P, features, llms)
    const e = tf.tensor2d(embeddings, [P, E])
    const f = tf.tensor2d(features, [P, F])
    try {
      const prepared = await this.#network.prepare(e, f)
      const scores = new Float32Array(P * llms.length)
      const blockSize = Math.max(batchSize, this.#network.minBlockSize)
      let yieldAt = performance.now() + YIELD_AFTER_MS
      for (let start = 0; start < scores.length; start += blockSize) {
        const { prompts, rows } = pairsFrom(start, Math.min(blockSize, scores.length - start), P, llms)
        const block = tf.tidy(() => prepared.scorePairs(prompts, rows))
        scores.set(this.#toScores(await block.data<'float32'>()), start)
        block.dispose()
        if (performance.now() > yieldAt) {
          await setImmediate()
          onResume?.()
          signal?.throwIfAborted()
          yieldAt = performance.now() + YIELD_AFTER_MS
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

/**
 * One at a time: what a load that failed has left behind is told by what was there before.
 * @throws LLimitError MODEL_BROKEN if the files do not contain a layers model with the three inputs and one output, or not that
 * of the card.
 */
export function loadModel(files: ModelFiles, { shape, onStart }: LoadOptions = {}): Promise<LayersModel> {
  const loading = lastLoad.then(() => {
    onStart?.()
    return loadAlone(files, shape)
  })
  lastLoad = loading.catch(() => undefined)
  return loading
}

let lastLoad: Promise<unknown> = Promise.resolve()

async function loadAlone(files: ModelFiles, shape: NetworkShape | undefined): Promise<LayersModel> {
  checkNetwork(files, shape)
  const { registeredVariables } = tf.engine()
  const before = new Set(Object.keys(registeredVariables))
  try {
    return await loadLayersModel(tf.io.fromMemory(toArtifacts(files)))
  } catch (cause) {
    // Layers that were built have their weights, and nobody else knows of them.
    for (const [name, variable] of Object.entries(registeredVariables))
      if (!before.has(name)) variable.dispose()
    throw new LLimitError('MODEL_BROKEN', `model.json cannot be loaded: ${messageOf(cause)}`, { cause })
  }
}

/** @throws LLimitError MODEL_BROKEN if an input has no width. */
export function shapeOf(model: LayersModel): NetworkShape {
  return { embedding: widthOf(model, 0), features: widthOf(model, 1), llms: rowsOf(model) }
}

function widthOf(model: LayersModel, input: 0 | 1): number {
  const width = at(model.inputs, input).shape[1]
  if (typeof width !== 'number') {
    throw new LLimitError(
      'MODEL_BROKEN',
      `Expected a width of the input ${INPUTS[input]} in model.json, got none`,
    )
  }
  return width
}

/** Rows of the LLM embedding; 0 for a model that has none. */
function rowsOf(model: LayersModel): number {
  const embedding = model.layers.find((layer) => layer.getClassName() === 'Embedding')
  return embedding === undefined ? 0 : at(at(embedding.getWeights(), 0).shape, 0)
}
