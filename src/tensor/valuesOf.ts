import * as tf from '@tensorflow/tfjs-core'

/**
 * The values of a tensor; it is disposed, and so is all that it is computed from. An array that `tf.tidy` itself returns would
 * be searched for tensors, value by value: slow, and an error from 2^24 values on.
 */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
  const tensor = tf.tidy(compute)
  try {
    return tensor.dataSync<'float32'>()
  } finally {
    tensor.dispose()
  }
}
