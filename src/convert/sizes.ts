import { ELEMENT_BYTES } from './elementType.js'
import type { ElementType } from './elementType.js'
import { invalidCheckpoint } from './invalidCheckpoint.js'
import { MAX_DIMENSIONS } from './pickle/limits.js'
import { isTuple } from './pickle/values.js'
import type { PyValue } from './pickle/values.js'
import { describeValue } from './wording.js'

/**
 * A tuple of dimensions, strides or the like.
 * @throws LLimitError INVALID_CHECKPOINT where it is not a short tuple of whole numbers from 0
 */
export function asSizes(value: PyValue | undefined, what: string): readonly number[] {
  if (!isTuple(value)) throw invalidCheckpoint(`the ${what} is ${describeValue(value ?? null)}, not a tuple`)
  if (value.items.length > MAX_DIMENSIONS) {
    throw invalidCheckpoint(`the ${what} has ${value.items.length} entries, at most ${MAX_DIMENSIONS} can be`)
  }
  return value.items.map((item) => asSize(item, `entry of the ${what}`))
}

/** @throws LLimitError INVALID_CHECKPOINT where the value is not a whole number from 0 up to 2^53 */
export function asSize(value: PyValue | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw invalidCheckpoint(`the ${what} is ${describeValue(value ?? null)}, not a whole number from 0`)
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
