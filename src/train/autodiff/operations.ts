import * as tf from '@tensorflow/tfjs-core'

/**
 * Operations with gradients of their own. Those of TensorFlow.js cannot be imported in Node without its umbrella package,
 * and they are slow on the wasm backend, which multiplies transposed matrices at a fifteenth of its speed and takes longer
 * for gathering rows than for a product with a one-hot matrix.
 */

/** [n, m] product of `a` [n, k] and `b` [k, m]. */
export function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return withGradient([a, b], [a, b], tf.matMul(a, b), (dy, [x, w]) => [
    tf.matMul(dy, tf.transpose(w)),
    tf.matMul(tf.transpose(x), dy),
  ])
}

/** [n, m] product of a constant `matrix` [n, k] and `b` [k, m]; with one-hot rows, the rows of `b` that they name. */
export function constantProduct(matrix: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return withGradient([b], [matrix], tf.matMul(matrix, b), (dy, [x]) => [tf.matMul(tf.transpose(x), dy)])
}

/** [n, m] `a` [n, m] plus `bias` [m] in each row. */
export function addBias(a: tf.Tensor2D, bias: tf.Tensor): tf.Tensor2D {
  const [n] = a.shape
  // A product with ones, which is faster on wasm than a sum over the first axis.
  const overRows = (dy: tf.Tensor2D) => tf.reshape(tf.matMul(tf.ones([1, n]), dy), bias.shape)
  return withGradient([a, bias], [], tf.add<tf.Tensor2D>(a, bias), (dy) => [dy, overRows(dy)])
}

/** The sum of two tensors of one shape. */
export function plus<T extends tf.Tensor>(a: T, b: T): T {
  return withGradient([a, b], [], tf.add<T>(a, b), (dy) => [dy, dy])
}

/** [1, n] of a column [n, 1]. */
export function asRow(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient([x], [], tf.reshape(x, [1, x.size]), (dy) => [tf.reshape(dy, x.shape)])
}

/** [m, n] of [n, m]. */
export function transposed(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient([x], [], tf.transpose(x), (dy) => [tf.transpose(dy)])
}

/** The product with a constant of the same shape. */
export function times(x: tf.Tensor2D, constant: tf.Tensor2D): tf.Tensor2D {
  return withGradient([x], [constant], tf.mul(x, constant), (dy, [factor]) => [tf.mul(dy, factor)])
}

/** [n, K] softmax of each row. */
export function softmax(x: tf.Tensor2D): tf.Tensor2D {
  const weights = tf.softmax(x)
  return withGradient([x], [weights], weights, (dy, [y]) => {
    const weighted = tf.mul(dy, y)
    return [tf.sub(weighted, tf.mul(tf.sum(weighted, 1, true), y))]
  })
}

/** max(x, slope * x) for a slope below 1. */
export function leakyRelu(x: tf.Tensor2D, slope: number): tf.Tensor2D {
  return withGradient([x], [x], tf.maximum<tf.Tensor2D>(x, tf.mul(x, slope)), (dy, [input]) => {
    const positive = tf.cast(tf.greater(input, 0), 'float32')
    return [tf.mul(dy, tf.add(tf.mul(positive, 1 - slope), slope))]
  })
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
  return withGradient([x], [], tf.scalar(loss), (dy) => [tf.mul(dy, tf.tensor(gradient, x.shape))])
}

/** Tensors by their number, as many as were kept. */
type Kept<K extends readonly tf.Tensor[]> = { [I in keyof K]: K[I] }

/**
 * `value`, made of `inputs`, with its derivative by each of them.
 * @param keep what `gradients` is given back: tensors of the forward pass are gone when it is called.
 */
function withGradient<T extends tf.Tensor, const K extends readonly tf.Tensor[]>(
  inputs: tf.Tensor[],
  keep: K,
  value: T,
  gradients: (dy: T, kept: Kept<K>) => tf.Tensor[],
): T {
  const apply = tf.customGrad<T>((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc
    save([...keep])
    // A copy, because the value of a custom gradient must have been made inside it.
    return { value: tf.clone(value), gradFunc: (dy: T, saved) => gradients(dy, saved as unknown as Kept<K>) }
  })
  return apply(...inputs)
}
