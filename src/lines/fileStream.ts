import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline, Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { LLimitError, messageOf } from '../errors.js'

/** The bytes of a file as they are read, and their checksum. */
export interface FileStream {
  /** What the file says: of a `.gz` file, what was compressed. An error of the disk or of gzip comes out of it. */
  content: Readable
  /** sha256 of the file on disk, in hexadecimal; to be called once, when `content` has ended. */
  sha256: () => string
}

/** Opens a file that may be compressed (its name then ends in `.gz`) and is hashed while it is read. */
export function openFile(file: string): FileStream {
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  // pipeline destroys the last stream with the error of any; whoever reads `content` gets it there.
  const source = createReadStream(file, { highWaterMark: 2 ** 18 })
  const content: Readable = file.endsWith('.gz')
    ? pipeline(source, hashing, createGunzip(), () => undefined)
    : pipeline(source, hashing, () => undefined)
  return { content, sha256: () => hash.digest('hex') }
}

/** What was thrown while a file was read, as an error that names the file. */
export function readError(file: string, cause: unknown): LLimitError {
  if (cause instanceof LLimitError) return cause
  return new LLimitError('INVALID_FILE', `${file} cannot be read: ${messageOf(cause)}`, { cause })
}
