import * as tf from '@tensorflow/tfjs-core'

import { valueAt } from '../../numeric/at.js'

/** A trainable tensor, row by row. It lives outside TensorFlow.js, so that it can be updated, kept and written as it is. */
export interface Parameter {
  shape: readonly number[]
  data: Float32Array
}

/** By name, in the order in which they were made. */
export type Parameters = ReadonlyMap<string, Parameter>

/** The values of parameters as TensorFlow.js computes with them, by the same names. */
export type ParameterTensors = ReadonlyMap<string, tf.Tensor>

export function parameter(shape: readonly number[], next: () => number = () => 0): Parameter {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  return { shape, data: data.map(next) }
}

export function copyParameters(parameters: Parameters): Parameters {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]))
}

/** The caller disposes the tensors. */
export function tensorsOf(parameters: Parameters): Map<string, tf.Tensor> {
  return new Map([...parameters].map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]))
}

/**
 * A parameter that is a matrix.
 * @throws RangeError if there is none of this name.
 */
export function matrixTensor(tensors: ParameterTensors, name: string): tf.Tensor2D {
  return valueAt(tensors, name) as tf.Tensor2D
}
