import * as tf from '@tensorflow/tfjs-core'

import { at } from '../../numeric/at.js'
import type { Projection, SentenceOperations } from '../bert.js'
import type { BertConfig, EncoderSpec } from '../directory.js'
import { padTokens, positions } from '../packing.js'
import type { PackedTokens } from '../packing.js'
import { attend } from './attend.js'

/** Weights by name: tables, norms and biases as stored; matrices of linear layers transposed to [in, out]. */
export type Weights = (name: string) => tf.Tensor

const MASKED = -1e9

/**
 * BERT in TensorFlow.js operations, which compute at once, on the backend that this thread has started. Made and used for
 * one batch, inside `tf.tidy`.
 * Shapes: B prompts, S tokens of the longest of them, N tokens in all, H width, A heads of width D = H / A.
 *
 * Linear layers, norms and GELU run on the N real tokens; padding exists only inside attention, where a padded key gets
 * a weight of exactly zero. So a prompt's vector does not depend on what it is computed with beyond float32 rounding.
 */
export class TfjsOperations implements SentenceOperations<tf.Tensor2D> {
  readonly #tokens: PackedTokens
  readonly #weights: Weights
  readonly #bert: BertConfig
  readonly #grid: GridTensors

  constructor(tokens: PackedTokens, weights: Weights, bert: BertConfig) {
    this.#tokens = tokens
    this.#weights = weights
    this.#bert = bert
    this.#grid = toGridTensors(tokens)
  }

  embed(): tf.Tensor2D {
    return tf.tidy(() => {
      const rows = (table: string, indices: Int32Array) =>
        tf.gather(this.#weights(`embeddings.${table}.weight`) as tf.Tensor2D, tf.tensor1d(indices, 'int32'))
      const sum = tf.addN([
        rows('word_embeddings', this.#tokens.ids),
        rows('position_embeddings', positions(this.#tokens)),
        rows('token_type_embeddings', new Int32Array(this.#tokens.ids.length)),
      ])
      return this.#norm(sum, 'embeddings.LayerNorm')
    })
  }

  linear(x: tf.Tensor2D, name: string): tf.Tensor2D {
    const matrix = this.#weights(`${name}.weight`) as tf.Tensor2D
    return tf.fused.matMul({ a: x, b: matrix, bias: this.#weights(`${name}.bias`) }) as tf.Tensor2D
  }

  addAndNorm(x: tf.Tensor2D, residual: tf.Tensor2D, name: string): tf.Tensor2D {
    return this.#norm(tf.add(residual, x), name)
  }

  attention(project: (part: Projection) => tf.Tensor2D): tf.Tensor2D {
    const { B, S, toPadded, fromPadded, mask } = this.#grid
    const { hidden_size: H, num_attention_heads: A } = this.#bert
    const split = (part: Projection) => {
      const rows = project(part)
      const padded = toPadded === undefined ? rows : tf.gather(rows, toPadded)
      return tf.reshape<tf.Rank.R4>(padded, [B, S, A, H / A])
    }
    const query = tf.transpose(tf.mul<tf.Tensor4D>(split('query'), 1 / Math.sqrt(H / A)), [0, 2, 1, 3]) // [B, A, S, D]
    const key = tf.transpose(split('key'), [0, 2, 3, 1]) // [B, A, D, S]
    const value = tf.transpose(split('value'), [0, 2, 1, 3])
    const mixed = tf.transpose(attend(query, key, value, mask), [0, 2, 1, 3]) // [B, S, A, D]
    const rows = tf.reshape<tf.Rank.R2>(mixed, [B * S, H])
    return fromPadded === undefined ? rows : tf.gather(rows, fromPadded)
  }

  gelu(x: tf.Tensor2D): tf.Tensor2D {
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))
  }

  /** Takes `x` over: a tidy per layer keeps the peak memory at that of one layer. */
  inLayer(x: tf.Tensor2D, layer: (x: tf.Tensor2D) => tf.Tensor2D): tf.Tensor2D {
    const result = tf.tidy(() => layer(x))
    x.dispose()
    return result
  }

  pool(x: tf.Tensor2D, pooling: EncoderSpec['pooling']): tf.Tensor2D {
    return pooling === 'cls'
      ? tf.gather(x, tf.tensor1d(firstRows(this.#tokens), 'int32'))
      : tf.matMul(averaging(this.#tokens), x)
  }

  normalize(x: tf.Tensor2D): tf.Tensor2D {
    return tf.div(x, tf.maximum(tf.norm(x, 2, 1, true), 1e-12))
  }

  #norm(x: tf.Tensor2D, name: string): tf.Tensor2D {
    const mean = tf.mean(x, 1, true)
    const centered = tf.sub(x, mean)
    const variance = tf.mean(tf.square(centered), 1, true)
    const scale = tf.rsqrt(tf.add(variance, this.#bert.layer_norm_eps))
    const unit = tf.mul(centered, scale)
    return tf.add(tf.mul(unit, this.#weights(`${name}.weight`)), this.#weights(`${name}.bias`))
  }
}

/** The padded grid as tensors. */
interface GridTensors {
  B: number
  S: number
  /** [B * S] row among the N tokens; padding points at row 0. Undefined if there is no padding, as are the others. */
  toPadded: tf.Tensor1D | undefined
  /** [N] cell of the grid. */
  fromPadded: tf.Tensor1D | undefined
  /** [B, 1, 1, S] 0 for a token, MASKED for padding. */
  mask: tf.Tensor4D | undefined
}

function toGridTensors(tokens: PackedTokens): GridTensors {
  const { B, S, toPadded, fromPadded, mask } = padTokens(tokens)
  const isPadded = tokens.ids.length < B * S
  if (!isPadded) return { B, S, toPadded: undefined, fromPadded: undefined, mask: undefined }
  const bias = Float32Array.from(mask, (token) => (1 - token) * MASKED)
  return {
    B,
    S,
    toPadded: tf.tensor1d(toPadded, 'int32'),
    fromPadded: tf.tensor1d(fromPadded, 'int32'),
    mask: tf.tensor4d(bias, [B, 1, 1, S]),
  }
}

/** [B] row of each prompt's first token, [CLS]. */
function firstRows({ lengths }: PackedTokens): Int32Array {
  let next = 0
  return lengths.map((length) => {
    const first = next
    next += length
    return first
  })
}

/** [B, N] 1 / length if the token belongs to the prompt, else 0: a product with it is the mean over the prompt's tokens. */
function averaging(tokens: PackedTokens): tf.Tensor2D {
  const [B, N] = [tokens.lengths.length, tokens.ids.length]
  const averages = new Float32Array(B * N)
  firstRows(tokens).forEach((row, b) => {
    const length = at(tokens.lengths, b)
    averages.fill(1 / length, b * N + row, b * N + row + length)
  })
  return tf.tensor2d(averages, [B, N])
}
