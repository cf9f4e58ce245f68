import { pipeline } from 'node:stream'

import { CsvError, parse } from 'csv-parse'

import { LLimitError, quote, shorten } from '../errors.js'
import { openFile, readError } from './fileStream.js'
import { MAX_LINE_BYTES, readLines } from './readLines.js'
import type { Line } from './readLines.js'

/** A value of a file, with where it is, for messages: `outcomes.jsonl, line 3`. */
export interface FileRow {
  value: unknown
  where: string
}

/** The forms of a file of rows. */
type RowFormat = 'json' | 'csv' | 'text'

const FORMATS: ReadonlyMap<string, RowFormat> = new Map([
  ['jsonl', 'json'],
  ['ndjson', 'json'],
  ['jsonlines', 'json'],
  ['jl', 'json'],
  ['json', 'json'],
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['tab', 'csv'],
  ['txt', 'text'],
])

/** Characters of a file that is one JSON value: it is read into memory whole. */
const MAX_WHOLE_CHARS = 2 ** 28

interface RowFile {
  /** Known by the name of the file, in whatever case, with `.gz` after it or without; undefined if that says nothing. */
  format: RowFormat | undefined
  rows: (format: RowFormat) => AsyncGenerator<FileRow>
  /** sha256 of the file on disk; to be called once, when the rows have ended. */
  sha256: () => string
}

/**
 * Opens a file of rows, the one way in which files of people are read: UTF-8 or UTF-16, with a byte order mark or without,
 * compressed with gzip or not.
 * - json: a value a line, or one array of values; blank lines are skipped.
 * - csv: a header, then a record a row, as an object; commas, semicolons or tabs.
 * - text: a string a line, as it is; blank lines are skipped.
 * @throws LLimitError INVALID_FILE, naming the file and, for what cannot be read, the line.
 */
export function openRows(file: string): RowFile {
  const extension = /\.([^./\\]+)$/.exec(file.replace(/\.gz$/i, ''))?.[1]?.toLowerCase()
  const { content, sha256 } = openFile(file)
  const lines = readLines(content, file)
  const rows = (format: RowFormat) => {
    if (format === 'csv') return csvRows(lines, file)
    return format === 'text' ? textRows(lines, file) : jsonRows(lines, file)
  }
  return { format: extension === undefined ? undefined : FORMATS.get(extension), rows, sha256 }
}

async function* textRows(lines: AsyncGenerator<Line>, file: string): AsyncGenerator<FileRow> {
  for await (const { text, number } of lines) {
    if (text.trim() === '') continue
    const value = text.replace(/\r+$/, '')
    if (value.includes('\r')) throw noLineFeed(`${file}, line ${number}`)
    yield { value, where: `${file}, line ${number}` }
  }
}

/** Several lines of an old Mac would be one. */
function noLineFeed(where: string): LLimitError {
  const message = `${where}: expected lines that end in line feeds, got a carriage return within; save the file with line ends of Unix or Windows`
  return new LLimitError('INVALID_FILE', message)
}

async function* jsonRows(lines: AsyncGenerator<Line>, file: string): AsyncGenerator<FileRow> {
  let isFirst = true
  for await (const { text, number } of lines) {
    if (text.trim() === '') continue
    // A value that goes on in the next line is not one a line.
    if (isFirst && /^\s*[[{]/.test(text) && !isJson(text)) {
      yield* wholeValue({ text, number }, lines, file)
      return
    }
    const where = `${file}, line ${number}`
    const value = parseJson(text, where)
    // One line of a file may be all of it.
    if (isFirst && Array.isArray(value)) yield* elementsOf(value, file)
    else yield { value, where }
    isFirst = false
  }
}

/** A file that is one value, an array of rows or a single row, over several lines. */
async function* wholeValue(
  first: Pick<Line, 'text' | 'number'>,
  lines: AsyncGenerator<Line>,
  file: string,
): AsyncGenerator<FileRow> {
  const parts = [first.text]
  let length = first.text.length
  for await (const { text } of lines) {
    parts.push(text)
    length += text.length
    if (length <= MAX_WHOLE_CHARS) continue
    throw new LLimitError(
      'INVALID_FILE',
      `${file}: expected a value a line, or an array of at most ${MAX_WHOLE_CHARS} characters`,
    )
  }
  const whole = parts.join('\n')
  // What is not one value has a line that is none.
  const value = isJson(whole)
    ? parseJson(whole, file)
    : parseJson(first.text, `${file}, line ${first.number}`)
  if (Array.isArray(value)) yield* elementsOf(value, file)
  else yield { value, where: file }
}

function* elementsOf(values: readonly unknown[], file: string): Generator<FileRow> {
  for (const [i, value] of values.entries()) yield { value, where: `${file}, element ${i + 1}` }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LLimitError('INVALID_FILE', `${where}: expected JSON, got ${quote(text)}`, { cause })
  }
}

const DELIMITERS = [',', ';', '\t'] as const

async function* csvRows(lines: AsyncGenerator<Line>, file: string): AsyncGenerator<FileRow> {
  const header = await headerOf(lines)
  if (header === undefined) return
  const columns = (names: string[]) =>
    checkHeader(
      names.map((name) => name.trim()),
      `${file}, line ${header.line.number}`,
    )
  const options = {
    columns,
    delimiter: header.delimiter ?? delimiterOf(header.line.text),
    // Left to the parser, the first end of a line would be that of all.
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
  }
  const records = pipeline(withEnds(header.line, lines), parse(options), () => undefined) as AsyncIterable<{
    record: object
    info: { lines: number }
  }>
  try {
    for await (const { record, info } of records) yield { value: record, where: recordIn(file, info.lines) }
  } catch (cause) {
    throw cause instanceof CsvError ? invalidCsv(cause, file) : readError(file, cause)
  }
}

/** A line before the header in which Excel takes, and some programs write, what separates fields. */
const SEPARATOR = /^"?sep=([,;\t])"?\r?$/i

/** The first line that is not blank, and what separates fields if the one before it says so. */
async function headerOf(
  lines: AsyncGenerator<Line>,
): Promise<{ line: Line; delimiter: string | undefined } | undefined> {
  let delimiter: string | undefined
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    const line = next.value
    const named = SEPARATOR.exec(line.text)
    if (named !== null) delimiter = named[1]
    else if (line.text.trim() !== '') return { line, delimiter }
  }
  return undefined
}

/** The character that separates most fields of the header. */
function delimiterOf(header: string): string {
  const unquoted = header.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => unquoted.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}

function checkHeader(names: string[], where: string): string[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return names
  throw new LLimitError(
    'INVALID_FILE',
    `${where}: expected columns of different names, got ${quote(twice)} twice`,
  )
}

async function* withEnds(first: Line, lines: AsyncGenerator<Line>): AsyncGenerator<string> {
  const withEnd = ({ text, ended }: Line) => (ended ? `${text}\n` : text)
  // What was skipped, for the parser to count.
  yield '\n'.repeat(first.number - 1) + withEnd(first)
  for await (const line of lines) yield withEnd(line)
}

/** A record may span lines: the parser counts to the end of it. */
function recordIn(file: string, lines: number): string {
  return `${file}, record that ends in line ${lines}`
}

function invalidCsv(cause: CsvError, file: string): LLimitError {
  const where = recordIn(file, Number(cause['lines']))
  const record: unknown = cause['record']
  const columns: unknown = cause['columns']
  if (cause.code === 'CSV_RECORD_INCONSISTENT_COLUMNS' && Array.isArray(record) && Array.isArray(columns)) {
    const message = `expected the ${columns.length} fields of the header, got ${record.length}`
    return new LLimitError('INVALID_FILE', `${where}: ${message}: ${shorten(JSON.stringify(record))}`, {
      cause,
    })
  }
  return new LLimitError('INVALID_FILE', `${where}: expected CSV, but ${cause.message}`, { cause })
}
