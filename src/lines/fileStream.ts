import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { pipeline, Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { LLimitError, messageOf } from '../errors.js'

/** The bytes of a file as they are read, and their checksum. */
export interface FileStream {
  /** What the file says: of a compressed file, what was compressed. An error of the disk or of gzip comes out of it. */
  content: Readable
  /** sha256 of the file on disk, in hexadecimal; to be called once, when `content` has ended. */
  sha256: () => string
}

const GZIP = '1f8b'

/** How files begin that hold something else than text, in hexadecimal. */
const NO_TEXT: readonly (readonly [start: string, format: string])[] = [
  ['504b0304', 'a zip archive, which a workbook of Excel is too; save it as CSV, or unpack it'],
  ['d0cf11e0', 'a workbook of an older Excel; save it as CSV'],
  ['50415231', 'Parquet; write it as JSON lines'],
  ['41525257', 'Arrow; write it as JSON lines'],
  ['28b52ffd', 'a file of zstd; unpack it, or compress it with gzip'],
  ['425a68', 'a file of bzip2; unpack it, or compress it with gzip'],
  ['fd377a585a', 'a file of xz; unpack it, or compress it with gzip'],
  ['25504446', 'a PDF'],
  ['53514c697465', 'a SQLite database'],
]
const START_BYTES = 8

/**
 * Opens a file that may be compressed with gzip, whatever it is called, and is hashed while it is read.
 * @throws LLimitError INVALID_FILE for a format that is no text.
 */
export function openFile(file: string): FileStream {
  const start = startOf(file)
  const other = NO_TEXT.find(([bytes]) => start.startsWith(bytes))
  if (other !== undefined) {
    throw new LLimitError(
      'INVALID_FILE',
      `${file}: expected text, or text compressed with gzip, got ${other[1]}`,
    )
  }
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  // pipeline destroys the last stream with the error of any; whoever reads `content` gets it there.
  const source = createReadStream(file, { highWaterMark: 2 ** 18 })
  const content: Readable = start.startsWith(GZIP)
    ? pipeline(source, hashing, createGunzip(), () => undefined)
    : pipeline(source, hashing, () => undefined)
  return { content, sha256: () => hash.digest('hex') }
}

/** The first bytes in hexadecimal; none of a file that cannot be opened, whose stream says why. */
function startOf(file: string): string {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, 'r')
    const bytes = Buffer.alloc(START_BYTES)
    return bytes.toString('hex', 0, readSync(descriptor, bytes, 0, START_BYTES, 0))
  } catch {
    return ''
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** What was thrown while a file was read, as an error that names the file. */
export function readError(file: string, cause: unknown): LLimitError {
  if (cause instanceof LLimitError) return cause
  return new LLimitError('INVALID_FILE', `${file} cannot be read: ${messageOf(cause)}`, { cause })
}
