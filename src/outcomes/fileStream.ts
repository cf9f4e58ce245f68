import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import type { Readable, TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { LLimitError } from '../errors.js'

const LINE_FEED = 0x0a

/** The bytes of a file as they are read, and their checksum. */
export interface FileStream {
  /**
   * What the file says: of a `.gz` file, what was compressed. An error of the disk or of gzip comes out of it, and
   * LLimitError INVALID_REQUEST for what is not UTF-8.
   */
  content: Readable
  /** sha256 of the file as it lies, in hexadecimal; to be asked once, when `content` has ended. */
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
    ? pipeline(source, hashing, createGunzip(), utf8Check(file), () => undefined)
    : pipeline(source, hashing, utf8Check(file), () => undefined)
  return { content, sha256: () => hash.digest('hex') }
}

/**
 * Passes bytes on and fails at the first line that is not UTF-8: decoded, each wrong byte would become the same replacement
 * character, in texts that are then trained on.
 */
function utf8Check(file: string): Transform {
  let lines = 0
  let rest = Buffer.alloc(0)
  const check = (bytes: Buffer) => {
    for (let start = 0; start < bytes.length; lines++) {
      const end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.length
      if (!isUtf8(bytes.subarray(start, end))) {
        throw new LLimitError('INVALID_REQUEST', `${file}, line ${lines + 1}: not UTF-8`)
      }
      start = end
    }
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = Buffer.concat([rest, chunk])
      const whole = bytes.lastIndexOf(LINE_FEED) + 1
      rest = bytes.subarray(whole)
      settle(() => check(bytes.subarray(0, whole)), done, chunk)
    },
    flush(done) {
      settle(() => check(rest), done)
    },
  })
}

/** Gives what `step` throws to the stream. */
function settle(step: () => void, done: TransformCallback, chunk?: Buffer): void {
  try {
    step()
  } catch (error) {
    done(error as Error)
    return
  }
  done(null, chunk)
}
