import { FLOAT_BYTES } from '../tensor/floats.js'
import type { FloatType } from '../tensor/floats.js'

/** Number formats of the arrays in a checkpoint. Whole numbers occur beside the weights and are never decoded. */
export type ElementType = FloatType | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'bool'

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  ...FLOAT_BYTES,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
}

export function isFloatType(type: ElementType): type is FloatType {
  return type in FLOAT_BYTES
}
