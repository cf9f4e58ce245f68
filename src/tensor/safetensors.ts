import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'

import { LLimitError, quote } from '../errors.js'
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
 * @throws LLimitError MODEL_BROKEN, naming the file, if it cannot be opened or its header is invalid or does not match.
 */
export async function openSafetensors(filePath: string): Promise<Safetensors> {
  const source = await openFile(filePath)
  try {
    return tensorsOf(source, await readHeader(source))
  } catch (error) {
    await source.handle.close()
    throw error
  }
}

interface Source {
  /** As messages call it: without its folder. */
  name: string
  handle: FileHandle
}

async function openFile(filePath: string): Promise<Source> {
  const name = path.basename(filePath)
  try {
    return { name, handle: await open(filePath) }
  } catch (cause) {
    throw new LLimitError('MODEL_BROKEN', `${name}: cannot be opened`, { cause })
  }
}

async function readHeader(source: Source): Promise<ReadonlyMap<string, TensorEntry>> {
  const { name, handle } = source
  const stat = await handle.stat()
  const { size } = stat
  if (!stat.isFile()) throw broken(name, 'expected a regular file')
  if (size < LENGTH_BYTES) throw broken(name, `expected ${LENGTH_BYTES} bytes or more, got ${size}`)
  const length = (await readAt(source, 0, LENGTH_BYTES)).readBigUInt64LE()
  const headerBytes = checkHeaderLength(name, length, size)
  const header = await readAt(source, LENGTH_BYTES, headerBytes)
  return parseSafetensorsHeader(name, header.toString('utf8'), headerBytes, size)
}

async function readAt({ name, handle }: Source, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0)
      throw broken(name, `expected ${position + length} bytes or more, got ${position + filled}`)
    filled += bytesRead
  }
  return buffer
}

function tensorsOf(source: Source, entries: ReadonlyMap<string, TensorEntry>): Safetensors {
  const entry = (name: string): TensorEntry => {
    const found = entries.get(name)
    if (found === undefined) throw broken(source.name, `expected a tensor ${quote(name)}, found none`)
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
      const type = floatTypeOf(source.name, name, dtype)
      return decodeFloats(await readAt(source, byteOffset, byteLength), type)
    },
    close: () => source.handle.close(),
  }
}
