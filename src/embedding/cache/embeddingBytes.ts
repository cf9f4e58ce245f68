import { crc32 } from 'node:zlib'

import type { CachedEmbedding } from './embedding.js'

/** Raised whenever the layout changes; what another version wrote is then a miss. */
const LAYOUT_VERSION = 3
/**
 * Layout version (1 byte), truncated (1), unused (2), tokens (4), CRC-32 of the key and of all else (4); then the vector, all
 * little-endian.
 */
const HEADER_BYTES = 12
const CRC_AT = 8
const BYTES_PER_FLOAT = Float32Array.BYTES_PER_ELEMENT

export function encodeEmbedding(key: string, { vector, tokens, truncated }: CachedEmbedding): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + vector.length * BYTES_PER_FLOAT)
  const view = viewOf(bytes)
  view.setUint8(0, LAYOUT_VERSION)
  view.setUint8(1, truncated ? 1 : 0)
  view.setUint32(4, tokens, true)
  vector.forEach((value, i) => view.setFloat32(HEADER_BYTES + i * BYTES_PER_FLOAT, value, true))
  view.setUint32(CRC_AT, checksum(key, bytes), true)
  return bytes
}

/**
 * @returns undefined for bytes that `encodeEmbedding` did not write for this key, as where replies come in another order, for
 * what was cut off or changed since, and for numbers that are not finite.
 */
export function decodeEmbedding(key: string, bytes: Buffer): CachedEmbedding | undefined {
  const vectorBytes = bytes.length - HEADER_BYTES
  if (vectorBytes <= 0 || vectorBytes % BYTES_PER_FLOAT !== 0) return undefined
  const view = viewOf(bytes)
  if (view.getUint8(0) !== LAYOUT_VERSION || view.getUint32(CRC_AT, true) !== checksum(key, bytes))
    return undefined
  const vector = new Float32Array(vectorBytes / BYTES_PER_FLOAT)
  for (let i = 0; i < vector.length; i++)
    vector[i] = view.getFloat32(HEADER_BYTES + i * BYTES_PER_FLOAT, true)
  if (!vector.every(Number.isFinite)) return undefined
  return { vector, tokens: view.getUint32(4, true), truncated: view.getUint8(1) === 1 }
}

function checksum(key: string, bytes: Buffer): number {
  return crc32(bytes.subarray(HEADER_BYTES), crc32(bytes.subarray(0, CRC_AT), crc32(key)))
}

/** Ten times faster for many numbers than the methods of Buffer. */
function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length)
}
