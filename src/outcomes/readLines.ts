import type { Readable } from 'node:stream'

import { LLimitError } from '../errors.js'

/** Longest line in UTF-16 units: a thousand times a long prompt, and far below what a file without line feeds may hold. */
export const LONGEST_LINE = 2 ** 24

export interface Line {
  text: string
  /** From 1. */
  number: number
}

/**
 * The lines of a stream of UTF-8 that are not blank. Splits at line feeds only: Node's own line reader also splits at
 * U+2028, which JSON strings may hold as it is.
 * @param limit longest line, in UTF-16 units
 * @throws LLimitError INVALID_REQUEST for a longer line; what the stream fails with.
 */
export async function* readLines(
  content: Readable,
  file: string,
  limit: number = LONGEST_LINE,
): AsyncGenerator<Line> {
  let rest = ''
  let number = 0
  const check = (text: string) => {
    if (text.length <= limit) return
    throw new LLimitError('INVALID_REQUEST', `${file}, line ${number + 1}: longer than ${limit} characters`)
  }
  content.setEncoding('utf8')
  for await (const chunk of content) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      check(text)
      number++
      if (text.trim() !== '') yield { text: number === 1 ? withoutBom(text) : text, number }
    }
    check(rest)
  }
  if (rest.trim() !== '') yield { text: number === 0 ? withoutBom(rest) : rest, number: number + 1 }
}

/** Spreadsheets begin a file with a byte order mark, which is not JSON. */
function withoutBom(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
