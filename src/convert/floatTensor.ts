import { decodeFloats } from '../tensor/floats.js'
import { isFloatType } from './elementType.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import type { PyArray } from './pickle/values.js'
import { elementCount } from './sizes.js'

/** A tensor that is decoded when it is asked for, which is after its shape was found to be the expected one. */
export interface FloatTensor {
  readonly shape: readonly number[]
  /** The values in row-major order. */
  readonly read: () => Float32Array
}

/**
 * The values of a tensor or numpy array as float32 (float64 is rounded).
 * @param name for the message
 * @throws LLimitError INVALID_CHECKPOINT where it does not hold floating-point numbers
 */
export function toFloatTensor(array: PyArray, name: string): FloatTensor {
  const { shape, type, bytes, littleEndian, fortranOrder } = array
  if (!isFloatType(type)) {
    throw invalidCheckpoint(`${name} holds ${type}, not floating-point numbers`)
  }
  const decode = () => decodeFloats(bytes, type, littleEndian)
  return { shape, read: fortranOrder ? () => toRowMajor(decode(), shape) : decode }
}

function toRowMajor(columnMajor: Float32Array, shape: readonly number[]): Float32Array {
  const rowMajor = new Float32Array(columnMajor.length)
  columnMajor.forEach((value, offset) => (rowMajor[rowMajorOffset(offset, shape)] = value))
  return rowMajor
}

function rowMajorOffset(columnMajorOffset: number, shape: readonly number[]): number {
  let rest = columnMajorOffset
  let offset = 0
  let stride = elementCount(shape)
  for (const size of shape) {
    stride /= size
    offset += (rest % size) * stride
    rest = Math.floor(rest / size)
  }
  return offset
}
