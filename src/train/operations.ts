import * as tf from '@tensorflow/tfjs-core'

/**
 * Operations with gradients of their own, because those of TensorFlow.js are slow on the wasm backend: it multiplies
 * transposed matrices at a fifteenth of its speed, and gathering rows costs more than a product with a one-hot matrix.
 */

/** [n, m] product of `a` [n, k] and `b` [k, m]. */
export function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    [a, b],
    () => tf.matMul(a, b),
    (dy) => [tf.matMul(dy, tf.transpose(b)), tf.matMul(tf.transpose(a), dy)],
  )
}

/** [n, m] the product of a constant `matrix` [n, k] with `b` [k, m]: with one-hot rows, the rows of `b` they name. */
export function constantProduct(matrix: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    [b],
    () => tf.matMul(matrix, b),
    (dy) => [tf.matMul(tf.transpose(matrix), dy)],
  )
}

/** max(x, slope * x) for a slope below 1. */
export function leakyRelu(x: tf.Tensor2D, slope: number): tf.Tensor2D {
  return withGradient(
    [x],
    () => tf.maximum<tf.Tensor2D>(x, tf.mul(x, slope)),
    (dy) => {
      const positive = tf.cast(tf.greater(x, 0), 'float32')
      return [tf.mul(dy, tf.add(tf.mul(positive, 1 - slope), slope))]
    },
  )
}

/** A loss that plain code computes. */
export interface Differentiated {
  loss: number
  /** Of the loss by each value of `x`. */
  gradient: Float32Array
}

/**
 * The scalar loss of `x` that `compute` gives, for TensorFlow.js to go back through. Reads `x` back, so it waits for what
 * comes before it.
 */
export function plainLoss(x: tf.Tensor, compute: (x: Float32Array) => Differentiated): tf.Scalar {
  const { loss, gradient } = compute(x.dataSync<'float32'>())
  return withGradient(
    [x],
    () => tf.scalar(loss),
    (dy) => [tf.mul(dy, tf.tensor(gradient, x.shape))],
  )
}

/** What `compute` makes of `inputs`, with the derivative by each of them. */
function withGradient<T extends tf.Tensor>(
  inputs: tf.Tensor[],
  compute: () => T,
  gradients: (dy: T) => tf.Tensor[],
): T {
  return tf.customGrad<T>(() => ({ value: compute(), gradFunc: gradients }))(...inputs)
}
