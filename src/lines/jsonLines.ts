import { LLimitError, quote } from '../errors.js'
import { readLines } from './readLines.js'

/** A value of a file, with where it is, for messages: `outcomes.jsonl, line 3`. */
export interface FileRow {
  value: unknown
  where: string
}

/**
 * The values of a file with a JSON value a line; blank lines are skipped.
 * @throws LLimitError INVALID_FILE as `readLines` does, and for a line that is not JSON.
 */
export async function* readJsonLines(content: AsyncIterable<Buffer>, file: string): AsyncGenerator<FileRow> {
  for await (const { text, number } of readLines(content, file)) {
    if (text.trim() === '') continue
    const where = `${file}, line ${number}`
    yield { value: parseJson(text, where), where }
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LLimitError('INVALID_FILE', `${where}: expected JSON, got ${quote(text)}`, { cause })
  }
}
