import * as tf from '@tensorflow/tfjs-core'

import type { EncoderSpec } from '../directory.js'
import { padLayout } from '../paddedLayout.js'
import { positions } from '../packing.js'
import type { PackedTokens } from '../packing.js'

/**
 * The BERT sentence encoder in TensorFlow.js operations.
 * Shapes: B prompts, S tokens of the longest of them, N tokens in all, H width, A heads of width H / A.
 *
 * Linear layers, norms and GELU run on the N real tokens; padding exists only inside attention, where a padded key gets
 * a weight of exactly zero. So a prompt's vector does not depend on what it is computed with beyond float32 rounding.
 */
export interface BertWeights {
  /** Embedding table, norm vector or bias as stored; matrices of linear layers transposed to [in, out]. */
  get(name: string): tf.Tensor
}

const MASKED = -1e9

/** @returns [B, H] one vector per prompt. Call inside `tf.tidy`. */
export function encodeTokens(tokens: PackedTokens, weights: BertWeights, spec: EncoderSpec): tf.Tensor2D {
  const layout = layOut(tokens)
  let x = embed(tokens, weights, spec)
  for (let layer = 0; layer < spec.bert.num_hidden_layers; layer++) {
    const input = x
    // A tidy per layer keeps the peak memory at that of one layer.
    x = tf.tidy(() => encodeLayer(input, `encoder.layer.${layer}`, layout, weights, spec))
    input.dispose()
  }
  const pooled = pool(x, layout, spec)
  return spec.normalize ? tf.div(pooled, tf.maximum(tf.norm(pooled, 2, 1, true), 1e-12)) : pooled
}

/** Where each token stands in the padded [B, S] square that attention works on, and back. */
interface Layout {
  B: number
  S: number
  /** [B * S] row among the N tokens; padding points at row 0. Undefined where there is no padding. */
  toPadded: tf.Tensor1D | undefined
  /** [N] cell of the square. */
  fromPadded: tf.Tensor1D | undefined
  /** [B, 1, 1, S] 0 for a token, MASKED for padding. */
  mask: tf.Tensor4D | undefined
  /** [B, 1] row of each prompt's first token, [CLS]. */
  firstRows: tf.Tensor1D
  /** [B, N] 1 / length where the token belongs to the prompt: a product with it is the mean over the prompt's tokens. */
  averaging: () => tf.Tensor2D
}

function layOut(tokens: PackedTokens): Layout {
  const { B, S, toPadded, fromPadded, mask } = padLayout(tokens)
  const N = tokens.ids.length
  const firstRows = new Int32Array(B)
  const averages = new Float32Array(B * N)
  let row = 0
  tokens.lengths.forEach((length, b) => {
    firstRows[b] = row
    averages.fill(1 / length, b * N + row, b * N + row + length)
    row += length
  })
  const isPadded = N < B * S
  return {
    B,
    S,
    toPadded: isPadded ? tf.tensor1d(toPadded, 'int32') : undefined,
    fromPadded: isPadded ? tf.tensor1d(fromPadded, 'int32') : undefined,
    mask: isPadded
      ? tf.tensor4d(
          Float32Array.from(mask, (token) => (1 - token) * MASKED),
          [B, 1, 1, S],
        )
      : undefined,
    firstRows: tf.tensor1d(firstRows, 'int32'),
    averaging: () => tf.tensor2d(averages, [B, N]),
  }
}

/** [N, H] sum of word, position and type embedding, normalised. Every token is of type 0. */
function embed(tokens: PackedTokens, weights: BertWeights, spec: EncoderSpec): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = (table: string, indices: Int32Array) =>
      tf.gather(weights.get(`embeddings.${table}.weight`) as tf.Tensor2D, tf.tensor1d(indices, 'int32'))
    const sum = tf.addN([
      rows('word_embeddings', tokens.ids),
      rows('position_embeddings', positions(tokens)),
      rows('token_type_embeddings', new Int32Array(tokens.ids.length)),
    ])
    return layerNorm(sum, 'embeddings.LayerNorm', weights, spec)
  })
}

/** [N, H] -> [N, H] */
function encodeLayer(
  x: tf.Tensor2D,
  at: string,
  layout: Layout,
  weights: BertWeights,
  spec: EncoderSpec,
): tf.Tensor2D {
  const dense = (input: tf.Tensor2D, name: string) => linear(input, `${at}.${name}`, weights)
  const context = attention(x, `${at}.attention.self`, layout, weights, spec.bert.num_attention_heads)
  const attended = tf.add<tf.Tensor2D>(x, dense(context, 'attention.output.dense'))
  const h = layerNorm(attended, `${at}.attention.output.LayerNorm`, weights, spec)
  const wide = gelu(dense(h, 'intermediate.dense'))
  return layerNorm(tf.add(h, dense(wide, 'output.dense')), `${at}.output.LayerNorm`, weights, spec)
}

/** [N, H] -> [N, H] every token's mixture of the values of its own prompt's tokens. */
function attention(
  x: tf.Tensor2D,
  at: string,
  layout: Layout,
  weights: BertWeights,
  heads: number,
): tf.Tensor2D {
  const { B, S, toPadded, fromPadded, mask } = layout
  const H = x.shape[1]
  const split = (name: string) => {
    const rows = linear(x, `${at}.${name}`, weights)
    const square = toPadded === undefined ? rows : tf.gather(rows, toPadded)
    return tf.reshape<tf.Rank.R4>(square, [B, S, heads, H / heads])
  }
  const query = tf.transpose(tf.mul<tf.Tensor4D>(split('query'), 1 / Math.sqrt(H / heads)), [0, 2, 1, 3]) // [B, A, S, H/A]
  const key = tf.transpose(split('key'), [0, 2, 3, 1]) // [B, A, H/A, S]
  const value = tf.transpose(split('value'), [0, 2, 1, 3])
  const mixed = tf.transpose(mix(query, key, value, mask), [0, 2, 1, 3]) // [B, S, A, H/A]
  const rows = tf.reshape<tf.Rank.R2>(mixed, [B * S, H])
  return fromPadded === undefined ? rows : tf.gather(rows, fromPadded)
}

/**
 * Tokens of a prompt from which attention on wasm goes head by head: there a product of two matrices runs twelve times as
 * fast as the same in a batched product, and below this length the calls cost more than that saves.
 */
const HEAD_BY_HEAD = 96

/** softmax(query x key + mask) x value, [B, A, S, H/A]. */
function mix(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  mask: tf.Tensor4D | undefined,
): tf.Tensor4D {
  const [B, A, S, width] = query.shape
  if (tf.getBackend() !== 'wasm' || S < HEAD_BY_HEAD) {
    const scores = tf.matMul(query, key) // [B, A, S, S]
    return tf.matMul(tf.softmax(mask === undefined ? scores : tf.add(scores, mask)), value)
  }
  const flat = (x: tf.Tensor4D) => tf.reshape<tf.Rank.R3>(x, [B * A, x.shape[2], x.shape[3]])
  const [queries, keys, values] = [flat(query), flat(key), flat(value)]
  const matrix = (x: tf.Tensor3D, i: number) =>
    tf.reshape<tf.Rank.R2>(tf.slice(x, i, 1), [x.shape[1], x.shape[2]])
  const heads = Array.from({ length: B * A }, (_, i) =>
    // A tidy per head keeps the peak memory at that of one square of scores.
    tf.tidy(() => {
      const scores = tf.matMul(matrix(queries, i), matrix(keys, i)) // [S, S]
      const padding = mask === undefined ? undefined : tf.slice(mask, Math.floor(i / A), 1) // [1, 1, 1, S]
      const masked = padding === undefined ? scores : tf.add(scores, tf.reshape(padding, [1, S]))
      return tf.matMul(tf.softmax(masked), matrix(values, i))
    }),
  )
  return tf.reshape(tf.stack(heads), [B, A, S, width])
}

function linear(x: tf.Tensor2D, name: string, weights: BertWeights): tf.Tensor2D {
  const matrix = weights.get(`${name}.weight`) as tf.Tensor2D
  return tf.fused.matMul({ a: x, b: matrix, bias: weights.get(`${name}.bias`) }) as tf.Tensor2D
}

function layerNorm(x: tf.Tensor2D, name: string, weights: BertWeights, { bert }: EncoderSpec): tf.Tensor2D {
  const mean = tf.mean(x, 1, true)
  const centred = tf.sub(x, mean)
  const variance = tf.mean(tf.square(centred), 1, true)
  const scale = tf.rsqrt(tf.add(variance, bert.layer_norm_eps))
  const unit = tf.mul(centred, scale)
  return tf.add(tf.mul(unit, weights.get(`${name}.weight`)), weights.get(`${name}.bias`))
}

/** The exact GELU, x times the standard normal distribution function of x. */
function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))
}

/** [N, H] -> [B, H] */
function pool(x: tf.Tensor2D, layout: Layout, spec: EncoderSpec): tf.Tensor2D {
  return spec.pooling === 'cls' ? tf.gather(x, layout.firstRows) : tf.matMul(layout.averaging(), x)
}
