import { createHash } from 'node:crypto'
import { closeSync, createReadStream, lstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
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
  ['377abcaf271c', 'a 7z archive; unpack it'],
  ['526172211a07', 'a RAR archive; unpack it'],
  ['04224d18', 'a file of lz4; unpack it, or compress it with gzip'],
  ['4f626a01', 'Avro; write it as JSON lines'],
  ['25504446', 'a PDF'],
  ['53514c697465', 'a SQLite database'],
]
const START_BYTES = 8

/**
 * Opens a file that may be compressed with gzip, whatever it is called, and is hashed while it is read.
 * @throws LLimitError INVALID_FILE for a format that is no text, and for a folder or a named pipe.
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

/**
 * The first bytes in hexadecimal; none of a file that cannot be opened, whose stream says why, and of the pipe of a shell: what is
 * read from it is gone.
 */
function startOf(file: string): string {
  if (isStream(file)) return ''
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

/**
 * Whether a file is the pipe of a shell or a device, which is read once and from its beginning; false if there is none.
 * @throws LLimitError INVALID_FILE for a folder, and for a named pipe: opening it waits for somebody who writes, without an end.
 */
export function isStream(file: string): boolean {
  const facts = factsOf(file)
  if (facts === undefined || facts.isFile()) return false
  if (facts.isDirectory()) throw notAFile(file, 'a folder')
  if (isNamedPipe(file, facts)) throw notAFile(file, 'a named pipe')
  return true
}

/** Undefined for what is not there or not to be seen; whoever opens it is told why. */
function factsOf(file: string): Stats | undefined {
  try {
    return statSync(file)
  } catch {
    return undefined
  }
}

/** That of a shell, such as /dev/stdin, has a name by a link alone. */
function isNamedPipe(file: string, facts: Stats): boolean {
  return facts.isFIFO() && lstatSync(file).isFIFO()
}

export function notAFile(file: string, got: string): LLimitError {
  return new LLimitError('INVALID_FILE', `${file}: expected a file, got ${got}`)
}

/** What was thrown while a file was read, as an error that names the file. */
export function readError(file: string, cause: unknown): LLimitError {
  if (cause instanceof LLimitError) return cause
  return new LLimitError('INVALID_FILE', `${file} cannot be read: ${messageOf(cause)}`, { cause })
}
