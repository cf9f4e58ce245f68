import { decodeFloats } from '../tensor/floats.js'
import { isFloatType } from './elementType.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PyArray } from './pickle/values.js'

/** Decoded values in row-major order. */
export interface FloatTensor {
  shape: readonly number[]
  data: Float32Array
}

/**
 * The values of a tensor or numpy array as float32 (float64 is rounded).
 * @throws LLimitError INVALID_CHECKPOINT where it does not hold floating-point numbers
 */
export function toFloatTensor(array: PyArray, name: string): FloatTensor {
  const { shape, type, bytes, littleEndian, fortranOrder } = array
  if (!isFloatType(type)) {
    throw invalidCheckpoint(`${name} holds ${type}, not floating-point numbers`)
  }
  const data = decodeFloats(bytes, type, littleEndian)
  return { shape, data: fortranOrder ? toRowMajor(data, shape) : data }
}

function toRowMajor(columnMajor: Float32Array, shape: readonly number[]): Float32Array {
  const rowMajor = new Float32Array(columnMajor.length)
  columnMajor.forEach((value, offset) => (rowMajor[rowMajorOffset(offset, shape)] = value))
  return rowMajor
}

function rowMajorOffset(columnMajorOffset: number, shape: readonly number[]): number {
  let rest = columnMajorOffset
  let offset = 0
  let stride = shape.reduce((product, size) => product * size, 1)
  for (const size of shape) {
    stride /= size
    offset += (rest % size) * stride
    rest = Math.floor(rest / size)
  }
  return offset
}
