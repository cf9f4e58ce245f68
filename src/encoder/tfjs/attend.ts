import * as tf from '@tensorflow/tfjs-core'

/**
 * Tokens of a prompt from which attention on wasm goes head by head: there a product of two matrices runs twelve times as
 * fast as the same in a batched product, and below this length the calls cost more than that saves.
 */
const HEAD_BY_HEAD = 96

/**
 * softmax(query x key + mask) x value.
 * Shapes: B prompts, A heads of width D, S tokens.
 * @param query [B, A, S, D] already scaled
 * @param key [B, A, D, S]
 * @param value [B, A, S, D]
 * @param mask [B, 1, 1, S] added to the attention scores; undefined without padding
 * @returns [B, A, S, D]
 */
export function attend(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  mask: tf.Tensor4D | undefined,
): tf.Tensor4D {
  if (tf.getBackend() === 'wasm' && query.shape[2] >= HEAD_BY_HEAD) return headByHead(query, key, value, mask)
  const scores = tf.matMul(query, key) // [B, A, S, S]
  return tf.matMul(tf.softmax(mask === undefined ? scores : tf.add(scores, mask)), value)
}

function headByHead(
  query: tf.Tensor4D,
  key: tf.Tensor4D,
  value: tf.Tensor4D,
  mask: tf.Tensor4D | undefined,
): tf.Tensor4D {
  const [B, A, S, D] = query.shape
  const flat = (x: tf.Tensor4D) => tf.reshape<tf.Rank.R3>(x, [B * A, x.shape[2], x.shape[3]])
  const [queries, keys, values] = [flat(query), flat(key), flat(value)]
  const matrix = (x: tf.Tensor3D, i: number) =>
    tf.reshape<tf.Rank.R2>(tf.slice(x, i, 1), [x.shape[1], x.shape[2]])
  const heads = Array.from({ length: B * A }, (_, i) =>
    // A tidy per head keeps the peak memory at the attention scores of one head.
    tf.tidy(() => {
      const scores = tf.matMul(matrix(queries, i), matrix(keys, i)) // [S, S]
      const padding = mask === undefined ? undefined : tf.slice(mask, Math.floor(i / A), 1) // [1, 1, 1, S]
      const masked = padding === undefined ? scores : tf.add(scores, tf.reshape(padding, [1, S]))
      return tf.matMul(tf.softmax(masked), matrix(values, i))
    }),
  )
  return tf.reshape(tf.stack(heads), [B, A, S, D])
}
