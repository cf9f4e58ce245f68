import { readFile, stat } from 'node:fs/promises'

import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import { LEGACY_TORCH_START } from '../tensor/pytorch/legacyTorch.js'

/** A checkpoint is read into memory whole. The dense networks of LLimit v1 have 1 or 2 MB. */
export const MAX_CHECKPOINT_BYTES = 512 * 2 ** 20

export type CheckpointFormat = 'pickle' | 'torch' | 'safetensors'

/**
 * Reads a whole file into memory.
 * @throws LLimitError INVALID_CHECKPOINT if it cannot be read or is larger than `maxBytes`.
 */
export async function readWholeFile(file: string, maxBytes: number): Promise<Buffer> {
  try {
    const status = await stat(file)
    if (!status.isFile()) throw invalidCheckpoint('expected a regular file')
    if (status.size > maxBytes) {
      throw invalidCheckpoint(`expected at most ${maxBytes} bytes, got ${status.size}`)
    }
    return await readFile(file)
  } catch (error) {
    // Messages of the file system carry the whole path; its code says as much.
    if (error instanceof Error && 'syscall' in error && 'code' in error)
      throw invalidCheckpoint(`cannot be read (${String(error.code)})`, error)
    throw error
  }
}

/**
 * Tells the format from the contents, whatever the file is called.
 * @throws LLimitError INVALID_CHECKPOINT if it is none of them.
 */
export function detectFormat(bytes: Buffer): CheckpointFormat {
  if (startsLikeSafetensors(bytes)) return 'safetensors'
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') return 'torch'
  if (bytes[0] === 0x80 && bytes.toString('hex', 0, 8) !== LEGACY_TORCH_START) return 'pickle'
  const expected = 'a pickle of protocol 2 to 5, a zip of torch.save or safetensors'
  throw invalidCheckpoint(`expected ${expected}, got ${describeFormat(bytes)}`)
}

/** A length that the file has room for, then the brace of the JSON header. */
function startsLikeSafetensors(bytes: Buffer): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes.readBigUInt64LE() <= bytes.length - 8
}

function describeFormat(bytes: Buffer): string {
  if (bytes.length === 0) return 'an empty file'
  if (bytes[0] === 0x7b) return 'JSON; give the .safetensors file of the same name'
  const start = bytes.toString('hex', 0, 8)
  if (start === LEGACY_TORCH_START)
    return 'a file of torch.save before torch 1.6; save it again with a newer torch'
  return `bytes that begin with ${start}`
}
