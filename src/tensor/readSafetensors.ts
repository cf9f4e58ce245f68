import { quote } from '../errors.js'
import { decodeFloats } from './floats.js'
import type { Safetensors } from './safetensors.js'
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
 * @param file as messages call it
 * @throws LLimitError MODEL_BROKEN if the header is invalid or does not match the length.
 */
export function viewSafetensors(bytes: Uint8Array, file: string): ReadonlyMap<string, TensorView> {
  if (bytes.length < LENGTH_BYTES)
    throw broken(file, `expected ${LENGTH_BYTES} bytes or more, got ${bytes.length}`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const headerBytes = checkHeaderLength(file, buffer.readBigUInt64LE(), bytes.length)
  const header = buffer.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + headerBytes)
  const entries = [...parseSafetensorsHeader(file, header, headerBytes, bytes.length)]
  return new Map(
    entries.map(([name, { dtype, shape, byteOffset, byteLength }]) => {
      return [name, { dtype, shape, bytes: bytes.subarray(byteOffset, byteOffset + byteLength) }]
    }),
  )
}

/**
 * The same as float32, for a small file. Tensors are of dtype F32, F16, BF16 (all exact) or F64 (rounded).
 * @throws LLimitError MODEL_BROKEN as `viewSafetensors` does, and if a tensor is of another dtype.
 */
export function readSafetensors(bytes: Uint8Array, file: string): ReadonlyMap<string, FloatTensor> {
  const entries = [...viewSafetensors(bytes, file)]
  return new Map(
    entries.map(([name, view]) => {
      return [
        name,
        { shape: view.shape, data: decodeFloats(view.bytes, floatTypeOf(file, name, view.dtype)) },
      ]
    }),
  )
}

/**
 * The bytes of a `.safetensors` file in memory as an open file.
 * @param file as messages call it
 * @throws LLimitError MODEL_BROKEN as `viewSafetensors` does.
 */
export function safetensorsInMemory(bytes: Uint8Array, file: string): Safetensors {
  const tensors = viewSafetensors(bytes, file)
  const tensor = (name: string): TensorView => {
    const found = tensors.get(name)
    if (found === undefined) throw broken(file, `expected a tensor ${quote(name)}, found none`)
    return found
  }
  return {
    names: [...tensors.keys()],
    shape: (name) => tensor(name).shape,
    dtype: (name) => tensor(name).dtype,
    byteOffset: (name) => tensor(name).bytes.byteOffset - bytes.byteOffset,
    byteLength: (name) => tensor(name).bytes.length,
    read: (name) =>
      Promise.resolve(decodeFloats(tensor(name).bytes, floatTypeOf(file, name, tensor(name).dtype))),
    close: () => Promise.resolve(),
  }
}
