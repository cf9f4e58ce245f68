import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'

import { invalidCheckpoint } from './invalidCheckpoint.js'

/** A checkpoint is read into memory whole. The original's dense networks have 1 or 2 MB. */
export const MAX_CHECKPOINT_BYTES = 512 * 2 ** 20

/** The magic number with which torch.save began before its zip container (torch 1.6). */
const LEGACY_TORCH_START = '80028a0a6cfc9c46'

export type CheckpointFormat = 'pickle' | 'torch' | 'safetensors'

/**
 * Reads a whole file into memory.
 * @throws LLimitError INVALID_CHECKPOINT where it cannot be read or is larger than `maxBytes`
 */
export async function readWholeFile(file: string, maxBytes: number): Promise<Buffer> {
  const name = path.basename(file)
  try {
    const status = await stat(file)
    if (!status.isFile()) throw new Error('not a regular file')
    if (status.size > maxBytes) throw new Error(`${status.size} bytes, more than ${maxBytes}`)
    return await readFile(file)
  } catch (error) {
    throw invalidCheckpoint(`cannot read ${name}: ${reasonOf(error)}`, error)
  }
}

/** Messages of the file system carry the whole path; its code says as much. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  return 'code' in error ? String(error.code) : error.message
}

/**
 * Tells the format from the contents, whatever the file is called.
 * @throws LLimitError INVALID_CHECKPOINT where it is none of them
 */
export function detectFormat(bytes: Buffer): CheckpointFormat {
  if (startsLikeSafetensors(bytes)) return 'safetensors'
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') return 'torch'
  if (bytes.toString('hex', 0, 8) === LEGACY_TORCH_START) {
    throw invalidCheckpoint('this is the format of torch.save before torch 1.6; save it again as a zip')
  }
  if (bytes[0] === 0x80) return 'pickle'
  throw invalidCheckpoint(unknownFormat(bytes))
}

/** A length that the file has room for, then the brace of the JSON header. */
function startsLikeSafetensors(bytes: Buffer): boolean {
  return bytes.length > 8 && bytes[8] === 0x7b && bytes.readBigUInt64LE() <= bytes.length - 8
}

function unknownFormat(bytes: Buffer): string {
  if (bytes.length === 0) return 'the file is empty'
  if (bytes[0] === 0x7b) return 'this is JSON; give the .safetensors file that lies beside it'
  const start = bytes.toString('hex', 0, 8)
  return `the file begins with ${start}, unlike a pickle of protocol 2 to 5, a zip of torch.save or safetensors`
}
