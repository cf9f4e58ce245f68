import { decodeFloats } from './floats.js'
import {
  broken,
  checkHeaderLength,
  floatTypeOf,
  LENGTH_BYTES,
  parseSafetensorsHeader,
} from './safetensorsHeader.js'
import type { FloatTensor } from './writeSafetensors.js'

/** A tensor as it lies in the bytes of its file. */
export interface TensorView {
  /** As the file names it: `F32`, `I8`… */
  dtype: string
  shape: readonly number[]
  bytes: Uint8Array
}

/**
 * All tensors of a `.safetensors` file whose bytes are in memory, so that what was held to a checksum is what is read.
 * They are views: nothing is copied.
 * @throws LLimitError MODEL_BROKEN if the header does not match.
 */
export function viewSafetensors(file: Uint8Array): ReadonlyMap<string, TensorView> {
  if (file.length < LENGTH_BYTES) throw broken(`it has only ${file.length} bytes`)
  const buffer = Buffer.from(file.buffer, file.byteOffset, file.length)
  const headerBytes = checkHeaderLength(buffer.readBigUInt64LE(), file.length)
  const header = buffer.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + headerBytes)
  const entries = [...parseSafetensorsHeader(header, headerBytes, file.length)]
  return new Map(
    entries.map(([name, { dtype, shape, byteOffset, byteLength }]) => {
      const bytes = file.subarray(byteOffset, byteOffset + byteLength)
      return [name, { dtype, shape, bytes }]
    }),
  )
}

/**
 * The same as float32, for a small file. Tensors are of dtype F32, F16, BF16 (all exact) or F64 (rounded).
 * @throws LLimitError MODEL_BROKEN if the header does not match or a tensor is of another dtype.
 */
export function readSafetensors(file: Uint8Array): ReadonlyMap<string, FloatTensor> {
  const entries = [...viewSafetensors(file)]
  return new Map(
    entries.map(([name, { dtype, shape, bytes }]) => {
      return [name, { shape, data: decodeFloats(bytes, floatTypeOf(name, dtype)) }]
    }),
  )
}
