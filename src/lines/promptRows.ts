import { LLimitError } from '../errors.js'
import { describeValue } from '../validation.js'
import { openRows } from './records.js'
import type { FileRow } from './records.js'

/**
 * The rows of a file of prompts, not checked yet. Of `.jsonl`, `.ndjson` and `.json` a row is any JSON value; of `.csv` and `.tsv` an
 * object by the columns in lower case, `prompt` among them; of any other file each line is a string. Blank lines are skipped.
 * @throws LLimitError INVALID_FILE, naming the line, for what cannot be read and for JSON in a file of plain text.
 */
export async function* readPromptRows(file: string): AsyncGenerator<FileRow> {
  const { format = 'text', rows } = openRows(file)
  let isFirst = true
  for await (const row of rows(format)) {
    if (format === 'text' && isFirst) checkIsText(row)
    isFirst = false
    yield format === 'csv' ? inLowerCase(row) : row
  }
}

/** Spreadsheets write headers in any case. */
function inLowerCase({ value, where }: FileRow): FileRow {
  const fields = Object.entries(value as object).map(([name, field]) => [
    name.toLowerCase(),
    field as unknown,
  ])
  const lower = Object.fromEntries(fields) as Record<string, unknown>
  if (lower['prompt'] !== undefined) return { value: lower, where }
  const names = Object.keys(value as object).join(', ')
  throw new LLimitError('INVALID_FILE', `${where}: expected a column "prompt", got the columns ${names}`)
}

/** JSON that is read as the text that it is written in would be something else than it means. */
function checkIsText({ value, where }: FileRow): void {
  let parsed: unknown
  try {
    parsed = JSON.parse(String(value))
  } catch {
    return
  }
  if (typeof parsed !== 'object' || parsed === null || !('prompt' in parsed)) return
  const message = `${where}: expected a prompt a line, got ${describeValue(parsed)} of JSON; call a file of JSON lines .jsonl`
  throw new LLimitError('INVALID_FILE', message)
}
