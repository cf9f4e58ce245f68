import * as tf from '@tensorflow/tfjs-core'

import type { Random } from '../../numeric/random.js'

/** [rows.length, width] with a 1 in the column that each row names. */
export function oneHot(rows: Int32Array, width: number): tf.Tensor2D {
  const values = new Float32Array(rows.length * width)
  rows.forEach((row, i) => (values[i * width + row] = 1))
  return tf.tensor2d(values, [rows.length, width])
}

/** [n, width] 0 for units that are dropped, 1 / (1 - rate) for the others: the expected sum stays. */
export function dropoutMask(n: number, width: number, rate: number, random: Random): tf.Tensor2D {
  const kept = 1 / (1 - rate)
  const mask = new Float32Array(n * width)
  for (let i = 0; i < mask.length; i++) mask[i] = random() < rate ? 0 : kept
  return tf.tensor2d(mask, [n, width])
}
