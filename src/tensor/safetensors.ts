import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'

import { LLimitError } from '../errors.js'
import { decodeFloats } from './floats.js'
import {
  broken,
  checkHeaderLength,
  floatTypeOf,
  LENGTH_BYTES,
  parseSafetensorsHeader,
} from './safetensorsHeader.js'
import type { TensorEntry } from './safetensorsHeader.js'

/** An open file: the header is in memory, tensors are read one by one. Every lookup of a name it lacks throws. */
export interface Safetensors {
  /** In the order of the header. */
  readonly names: readonly string[]
  shape(name: string): readonly number[]
  /** As the file names it: `F32`, `BF16`, `I64`… */
  dtype(name: string): string
  /** Where the tensor's bytes begin, from the start of the file. */
  byteOffset(name: string): number
  byteLength(name: string): number
  /** Row-major values of a tensor of dtype F32, F16, BF16 (all exact) or F64 (rounded). Reads only its bytes. */
  read(name: string): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Opens a `.safetensors` file and checks its whole header against the size of the file.
 * @throws LLimitError MODEL_BROKEN where the file cannot be opened or its header does not fit
 */
export async function openSafetensors(filePath: string): Promise<Safetensors> {
  const file = await openFile(filePath)
  try {
    return tensorsOf(file, await readHeader(file))
  } catch (error) {
    await file.close()
    throw error
  }
}

async function openFile(filePath: string): Promise<FileHandle> {
  try {
    return await open(filePath)
  } catch (error) {
    throw new LLimitError('MODEL_BROKEN', `cannot open ${path.basename(filePath)}`, { cause: error })
  }
}

async function readHeader(file: FileHandle): Promise<ReadonlyMap<string, TensorEntry>> {
  const stat = await file.stat()
  if (!stat.isFile()) throw broken('it is not a regular file')
  if (stat.size < LENGTH_BYTES) throw broken(`it has only ${stat.size} bytes`)
  const length = (await readAt(file, 0, LENGTH_BYTES)).readBigUInt64LE()
  const headerBytes = checkHeaderLength(length, stat.size)
  const header = await readAt(file, LENGTH_BYTES, headerBytes)
  return parseSafetensorsHeader(header.toString('utf8'), headerBytes, stat.size)
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) throw broken(`it ends at byte ${position + filled}`)
    filled += bytesRead
  }
  return buffer
}

function tensorsOf(file: FileHandle, entries: ReadonlyMap<string, TensorEntry>): Safetensors {
  const entry = (name: string): TensorEntry => {
    const found = entries.get(name)
    if (!found) throw broken(`it has no tensor "${name}"`)
    return found
  }
  return {
    names: [...entries.keys()],
    shape: (name) => entry(name).shape,
    dtype: (name) => entry(name).dtype,
    byteOffset: (name) => entry(name).byteOffset,
    byteLength: (name) => entry(name).byteLength,
    async read(name) {
      const { dtype, byteOffset, byteLength } = entry(name)
      const type = floatTypeOf(name, dtype)
      return decodeFloats(await readAt(file, byteOffset, byteLength), type)
    },
    close: () => file.close(),
  }
}
