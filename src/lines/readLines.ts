import { isUtf8 } from 'node:buffer'

import { LLimitError } from '../errors.js'
import { readError } from './fileStream.js'
import { inUtf8 } from './utf8.js'

/** Longest line in bytes: a thousand times a long prompt, and far below what a file without line feeds may hold. */
export const MAX_LINE_BYTES = 2 ** 24

const LINE_FEED = 0x0a

export interface Line {
  /** Without the line feed; a carriage return before it stays. */
  text: string
  /** From 1. */
  number: number
  /** Whether a line feed follows: the last line of a file may have none. */
  ended: boolean
  /** Bytes of the file up to its end, line feed included. */
  end: number
}

interface ReadOptions {
  maxBytes?: number
  /** Of a file that a program which was stopped has written: its last line may end within a character. */
  mayBeCutOff?: boolean
}

/**
 * The lines of a file of UTF-8, or of UTF-16 with its mark, empty ones too. A byte order mark at the beginning, which spreadsheets write, is left
 * out. Splits at line feeds only: Node's own line reader also splits at U+2028, which JSON strings may hold as it is.
 * @param content bytes of the file
 * @param file its name, for messages
 * @throws LLimitError INVALID_FILE, naming the line, for what is not UTF-8 (decoded, each wrong byte would become the same
 * replacement character, in texts that are then trained on) and for a line of more than `maxBytes`; naming the file, for
 * what `content` fails with.
 */
export async function* readLines(
  content: AsyncIterable<Buffer>,
  file: string,
  { maxBytes = MAX_LINE_BYTES, mayBeCutOff = false }: ReadOptions = {},
): AsyncGenerator<Line> {
  let rest: Buffer[] = []
  let restBytes = 0
  let number = 0
  let end = 0
  const append = (bytes: Buffer) => {
    rest.push(bytes)
    restBytes += bytes.length
    if (restBytes <= maxBytes) return
    throw invalidLine(file, number + 1, `expected at most ${maxBytes} bytes, got more`)
  }
  const take = (ended: boolean): Line => {
    const [first, ...more] = rest
    const bytes = first === undefined || more.length > 0 ? Buffer.concat(rest) : first
    rest = []
    restBytes = 0
    number++
    end += bytes.length + (ended ? 1 : 0)
    const text = decode(bytes, file, number, mayBeCutOff && !ended)
    return { text, number, ended, end }
  }
  try {
    // What was cut off was written by this program.
    const bytes = mayBeCutOff ? content : inUtf8(content, file)
    for await (const chunk of bytes) {
      let start = 0
      for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, start)) {
        append(chunk.subarray(start, feed))
        start = feed + 1
        yield take(true)
      }
      if (start < chunk.length) append(chunk.subarray(start))
    }
  } catch (cause) {
    throw readError(file, cause)
  }
  if (restBytes > 0) yield take(false)
}

function decode(bytes: Buffer, file: string, number: number, isCutOff: boolean): string {
  if (!isCutOff && !isUtf8(bytes)) {
    throw invalidLine(file, number, 'expected UTF-8, got other bytes; save the file as UTF-8')
  }
  if (!isCutOff && bytes.includes(0)) {
    throw invalidLine(file, number, 'expected text, got a byte 0, as UTF-16 has; save the file as UTF-8')
  }
  const text = bytes.toString('utf8')
  return number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text
}

function invalidLine(file: string, number: number, message: string): LLimitError {
  return new LLimitError('INVALID_FILE', `${file}, line ${number}: ${message}`)
}
