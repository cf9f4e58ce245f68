import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { crc32 } from 'node:zlib'

import { codeOf } from '../errors.js'
import { makeFolder } from '../makeFolder.js'

/** Raised whenever the layout changes; a file of another version is then discarded. */
const LAYOUT_VERSION = 1
const HASH_BYTES = 32
const CRC_BYTES = 4
const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT

/**
 * Embeddings on disk, so that the prompts of a file are encoded once and not at every run: a header that names encoder,
 * precision and width, then records of a prompt's hash, its vector (little-endian) and a checksum. Records are only ever
 * added; what an interrupted run, or another one that wrote at the same time, left broken is found by its checksum and
 * computed again.
 */
export class EmbeddingFile {
  readonly #file: string
  readonly #header: Buffer
  readonly #dimension: number
  readonly #vectors: Map<string, Float32Array>

  private constructor(file: string, header: Buffer, dimension: number, vectors: Map<string, Float32Array>) {
    this.#file = file
    this.#header = header
    this.#dimension = dimension
    this.#vectors = vectors
  }

  /**
   * Reads what there is; a file that is missing counts as empty, and one that another encoder filled is discarded.
   * @param encoder names the encoder and its precision
   * @throws an error of the system for a file that cannot be read or a folder that cannot be made.
   */
  static async open(file: string, encoder: string, dimension: number): Promise<EmbeddingFile> {
    const header = sha256(`${LAYOUT_VERSION}\n${encoder}\n${dimension}`)
    const bytes = await readFile(file).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
      throw error
    })
    await makeFolder(path.dirname(file))
    const isOurs = bytes.subarray(0, HASH_BYTES).equals(header)
    const vectors = isOurs
      ? readRecords(bytes.subarray(HASH_BYTES), dimension)
      : new Map<string, Float32Array>()
    const opened = new EmbeddingFile(file, header, dimension, vectors)
    await opened.#cutTo(isOurs ? bytes.length : 0)
    return opened
  }

  get(prompt: string): Float32Array | undefined {
    return this.#vectors.get(keyOf(prompt).toString('latin1'))
  }

  async add(embeddings: readonly { prompt: string; vector: Float32Array }[]): Promise<void> {
    const records = embeddings.map(({ prompt, vector }) => {
      const key = keyOf(prompt)
      this.#vectors.set(key.toString('latin1'), vector)
      return recordOf(key, vector)
    })
    const output = await open(this.#file, 'a')
    try {
      await output.appendFile(Buffer.concat(records))
    } finally {
      await output.close()
    }
  }

  /** Whole records are kept, and a file that is not ours begins with our header. */
  async #cutTo(length: number): Promise<void> {
    const recordBytes = HASH_BYTES + this.#dimension * FLOAT_BYTES + CRC_BYTES
    const output = await open(this.#file, 'a+')
    try {
      if (length === 0) {
        await output.truncate(0)
        await output.appendFile(this.#header)
      } else await output.truncate(length - ((length - HASH_BYTES) % recordBytes))
    } finally {
      await output.close()
    }
  }
}

function readRecords(bytes: Buffer, dimension: number): Map<string, Float32Array> {
  const end = HASH_BYTES + dimension * FLOAT_BYTES
  const vectors = new Map<string, Float32Array>()
  for (let start = 0; start + end + CRC_BYTES <= bytes.length; start += end + CRC_BYTES) {
    const record = bytes.subarray(start, start + end)
    if (bytes.readUInt32LE(start + end) !== crc32(record)) continue
    const vector = Float32Array.from({ length: dimension }, (_, e) =>
      record.readFloatLE(HASH_BYTES + e * FLOAT_BYTES),
    )
    vectors.set(record.toString('latin1', 0, HASH_BYTES), vector)
  }
  return vectors
}

function recordOf(key: Buffer, vector: Float32Array): Buffer {
  const floats = Buffer.alloc(vector.length * FLOAT_BYTES)
  vector.forEach((value, e) => floats.writeFloatLE(value, e * FLOAT_BYTES))
  const record = Buffer.concat([key, floats])
  const checksum = Buffer.alloc(CRC_BYTES)
  checksum.writeUInt32LE(crc32(record))
  return Buffer.concat([record, checksum])
}

/** Over UTF-16, the string as it is: UTF-8 has the same bytes for every lone surrogate. */
function keyOf(prompt: string): Buffer {
  return createHash('sha256').update(Buffer.from(prompt, 'utf16le')).digest()
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
