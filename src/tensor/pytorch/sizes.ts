import { describePyValue } from './formatting.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import { ELEMENT_BYTES, isTuple } from './pickle/values.js'
import type { ElementType, PyValue } from './pickle/values.js'

/** Dimensions of a tensor or array. */
const MAX_DIMENSIONS = 8

/**
 * A tuple of dimensions, strides or the like.
 * @param what it is, for the message
 * @throws LLimitError INVALID_CHECKPOINT if it is not a short tuple of integers from 0.
 */
export function asSizes(value: PyValue | undefined, what: string): readonly number[] {
  if (!isTuple(value)) throw invalidCheckpoint(`${what}: expected a tuple, got ${describePyValue(value)}`)
  if (value.items.length > MAX_DIMENSIONS) {
    throw invalidCheckpoint(`${what}: expected at most ${MAX_DIMENSIONS} entries, got ${value.items.length}`)
  }
  return value.items.map((item) => asSize(item, what))
}

/** @throws LLimitError INVALID_CHECKPOINT if the value is not an integer from 0 up to 2^53. */
export function asSize(value: PyValue | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw invalidCheckpoint(`${what}: expected an integer from 0, got ${describePyValue(value)}`)
  }
  return value
}

/** Elements of a shape; inexact beyond 2^53, where it is more than any file holds. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Bytes that an array takes, with the same bound. */
export function byteCount(shape: readonly number[], type: ElementType): number {
  return elementCount(shape) * ELEMENT_BYTES[type]
}
