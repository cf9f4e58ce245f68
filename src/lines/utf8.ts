import { TextDecoder } from 'node:util'

import { LLimitError } from '../errors.js'

const UTF_16 = [
  { mark: 'fffe', encoding: 'utf-16le' },
  { mark: 'feff', encoding: 'utf-16be' },
] as const

/** Bytes of a byte order mark of UTF-16. */
const MARK_BYTES = 2

/** The encoding that a byte order mark of UTF-16 says; undefined without one. */
export function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const start = bytes.toString('hex', 0, MARK_BYTES)
  return UTF_16.find(({ mark }) => start === mark)?.encoding
}

/**
 * The bytes of a file in UTF-8: of one that begins with a byte order mark of UTF-16, as spreadsheets and the shell of Windows
 * write them, its text in UTF-8. All others are given as they are.
 * @throws LLimitError INVALID_FILE, naming the line, for what is not UTF-16 after all.
 */
export async function* inUtf8(content: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  let start: Buffer = Buffer.alloc(0)
  let decoder: TextDecoder | undefined
  let isKnown = false
  let line = 1
  const decode = (by: TextDecoder, bytes: Buffer, isLast: boolean): Buffer => {
    try {
      const text = by.decode(bytes, { stream: !isLast })
      for (const character of text) if (character === '\n') line++
      return Buffer.from(text)
    } catch (cause) {
      throw new LLimitError(
        'INVALID_FILE',
        `${file}, line ${line} or after it: expected UTF-16, got other bytes`,
        { cause },
      )
    }
  }
  for await (const chunk of content) {
    let bytes = chunk
    if (!isKnown) {
      bytes = Buffer.concat([start, chunk])
      start = bytes
      if (bytes.length < MARK_BYTES) continue
      isKnown = true
      const encoding = utf16Of(bytes)
      if (encoding !== undefined) decoder = new TextDecoder(encoding, { fatal: true })
    }
    yield decoder === undefined ? bytes : decode(decoder, bytes, false)
  }
  if (!isKnown && start.length > 0) yield start
  if (decoder !== undefined) yield decode(decoder, Buffer.alloc(0), true)
}
