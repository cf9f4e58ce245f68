import { decodeFloats } from './floats.js'
import {
  broken,
  checkHeaderLength,
  floatTypeOf,
  LENGTH_BYTES,
  parseSafetensorsHeader,
} from './safetensorsHeader.js'
import type { FloatTensor } from './writeSafetensors.js'

/**
 * All tensors of a small `.safetensors` file whose bytes are in memory, so that what was held to a checksum is what is read.
 * Tensors are of dtype F32, F16, BF16 (all exact) or F64 (rounded).
 * @throws LLimitError MODEL_BROKEN where the header does not fit or a tensor is of another dtype.
 */
export function readSafetensors(bytes: Uint8Array): ReadonlyMap<string, FloatTensor> {
  if (bytes.length < LENGTH_BYTES) throw broken(`it has only ${bytes.length} bytes`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const headerBytes = checkHeaderLength(buffer.readBigUInt64LE(), bytes.length)
  const header = buffer.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + headerBytes)
  const tensors = new Map<string, FloatTensor>()
  for (const [name, entry] of parseSafetensorsHeader(header, headerBytes, bytes.length)) {
    const { dtype, shape, byteOffset, byteLength } = entry
    const part = bytes.subarray(byteOffset, byteOffset + byteLength)
    tensors.set(name, { shape, data: decodeFloats(part, floatTypeOf(name, dtype)) })
  }
  return tensors
}
