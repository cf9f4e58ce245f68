import { LLimitError, quote } from '../errors.js'
import { describeValue } from '../validation.js'
import { openRows } from './records.js'
import type { FileRow } from './records.js'

/**
 * The rows of a file of prompts, not checked yet. Of `.jsonl`, `.ndjson` and `.json` a row is any JSON value; of `.csv` and `.tsv` an
 * object by the columns in lower case, `prompt` among them; of any other file each line is a string. Blank lines are skipped.
 * @throws LLimitError INVALID_FILE, naming the line, for what cannot be read and for JSON or a table in a file of plain text.
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
  const columns = Object.keys(value as object)
  const names = columns.map((name) => name.toLowerCase())
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new LLimitError('INVALID_FILE', `${where}: expected one column ${quote(twice)}, got two`)
  const fields = Object.values(value as object).map((field: unknown, i) => [names[i], field])
  const lower = Object.fromEntries(fields) as Record<string, unknown>
  if (lower['prompt'] !== undefined) return { value: lower, where }
  throw new LLimitError(
    'INVALID_FILE',
    `${where}: expected a column "prompt", got the columns ${columns.join(', ')}`,
  )
}

/** The line that a JSON array or object of several lines begins with. */
const OPENING = /^\s*(?:\[\s*\{?|\{)\s*$/

/** Fields of a request, of which none is a prompt to itself. */
const FIELDS = ['prompt', 'messages']

/** JSON or a table that is read as the text that it is written in would be something else than it means. */
function checkIsText({ value, where }: FileRow): void {
  const text = String(value)
  const rejected = (got: string, name: string) => {
    const message = `${where}: expected a prompt a line, got ${got}; call a file of ${name}`
    return new LLimitError('INVALID_FILE', message)
  }
  const cells = text.split(/[,;\t|]/).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .toLowerCase(),
  )
  const isHeader = cells.includes('prompt') && cells.every((cell) => !/\s/.test(cell))
  if (isHeader) throw rejected(`the header ${quote(text)} of a table`, 'CSV .csv')
  if (OPENING.test(text)) throw rejected('the beginning of JSON', 'JSON .json')
  const parsed = jsonIn(text)
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed
  if (typeof first !== 'object' || first === null || !FIELDS.some((field) => field in first)) return
  throw rejected(`${describeValue(parsed)} of JSON`, 'JSON lines .jsonl')
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
