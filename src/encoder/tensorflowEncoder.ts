import path from 'node:path'

import * as tf from '@tensorflow/tfjs-core'

import { LLimitError } from '../errors.js'
import { openSafetensors } from '../tensor/safetensors.js'
import type { Safetensors } from '../tensor/safetensors.js'
import { encodeTokens } from './bert.js'
import { WEIGHTS_FILE } from './directory.js'
import type { EncoderSpec } from './directory.js'
import type { PackedTokens } from './packing.js'
import { matchNames, weightTable } from './weights.js'
import type { WeightRow } from './weights.js'

/** The encoder on whichever TensorFlow.js backend this thread has started. */
export class TensorflowEncoder {
  readonly #spec: EncoderSpec
  readonly #weights: ReadonlyMap<string, tf.Tensor>

  private constructor(spec: EncoderSpec, weights: ReadonlyMap<string, tf.Tensor>) {
    this.#spec = spec
    this.#weights = weights
  }

  /** @throws LLimitError MODEL_BROKEN, naming the tensors, where the weights do not fit config.json. */
  static async load(spec: EncoderSpec): Promise<TensorflowEncoder> {
    const file = await openSafetensors(path.join(spec.directory, WEIGHTS_FILE))
    try {
      return new TensorflowEncoder(spec, await loadWeights(file, weightTable(spec.bert)))
    } finally {
      await file.close()
    }
  }

  /** @returns [B, H] row by row, one vector per prompt in the order of `tokens`. */
  async encode(tokens: PackedTokens): Promise<Float32Array> {
    const vectors = tf.tidy(() => encodeTokens(tokens, { get: (name) => this.#weight(name) }, this.#spec))
    try {
      // A copy: what the backend gives may be a view into its own memory.
      return Float32Array.from(await vectors.data())
    } finally {
      vectors.dispose()
    }
  }

  dispose(): void {
    tf.dispose([...this.#weights.values()])
  }

  #weight(name: string): tf.Tensor {
    const tensor = this.#weights.get(name)
    if (tensor === undefined) throw new LLimitError('INTERNAL', `the encoder has no weight "${name}"`)
    return tensor
  }
}

async function loadWeights(file: Safetensors, table: readonly WeightRow[]): Promise<Map<string, tf.Tensor>> {
  const { inFile, missing, leftOver } = matchNames(table, file.names)
  if (missing.length > 0 || leftOver.length > 0) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `${WEIGHTS_FILE} does not fit config.json: missing ${list(missing)}, left over ${list(leftOver)}`,
    )
  }
  const weights = new Map<string, tf.Tensor>()
  for (const { name, shape } of table) {
    const stored = inFile.get(name) ?? name
    const found = file.shape(stored)
    if (found.join() !== shape.join()) {
      throw new LLimitError(
        'MODEL_BROKEN',
        `${WEIGHTS_FILE}: ${stored} has shape [${found.join()}], expected [${shape.join()}]`,
      )
    }
    weights.set(name, toTensor(name, await file.read(stored), shape))
  }
  return weights
}

function toTensor(name: string, values: Float32Array, shape: readonly number[]): tf.Tensor {
  const isLinear = shape.length === 2 && !name.startsWith('embeddings.')
  const tensor = tf.tensor(values, [...shape], 'float32')
  if (!isLinear) return tensor
  // Backends multiply [in, out] faster than they multiply by a transpose, so it is transposed once, here.
  const transposed = tf.transpose(tensor)
  tensor.dispose()
  return transposed
}

function list(names: readonly string[]): string {
  return names.length === 0
    ? 'none'
    : names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}
