import path from 'node:path'
import { pipeline } from 'node:stream'
import type { Readable } from 'node:stream'

import { CsvError, parse } from 'csv-parse'

import { LLimitError, shorten } from '../errors.js'
import { openFile, readError } from '../lines/fileStream.js'
import { readJsonLines } from '../lines/jsonLines.js'
import { MAX_LINE_BYTES, readLines } from '../lines/readLines.js'
import { parseRow } from '../validation.js'
import { comparisonSchema } from './comparisonRow.js'
import { JudgedDataBuilder } from './judgedDataBuilder.js'
import type { CleanedData } from './judgedDataBuilder.js'
import { outcomeRow } from './outcomeRow.js'

/**
 * Reads files of outcomes and comparisons, line by line, as one body of data:
 * - `.jsonl` and every other name: a JSON object a line, with `scores` an outcome row, with `model_a` a comparison;
 * - `.csv`: comparisons, with a header;
 * - either of them with `.gz` after it.
 *
 * Prompts of the same text are one prompt, in the order of their first appearance; outcomes of an LLM on a prompt that
 * are given more than once are averaged.
 * @throws LLimitError INVALID_FILE, naming the file, the line and the field, for what is not such a row; naming the file,
 * for one that cannot be read; and if there is no row at all.
 */
export async function readJudgedData(files: readonly string[]): Promise<CleanedData> {
  const builder = new JudgedDataBuilder()
  const read: { name: string; sha256: string }[] = []
  for (const file of files) {
    const { content, sha256 } = openFile(file)
    if (/\.csv(\.gz)?$/i.test(file)) await readCsv(content, file, builder)
    else await readRows(content, file, builder)
    // The name alone: a path of this machine means nothing elsewhere, and the name ends up in saved models.
    read.push({ name: path.basename(file), sha256: sha256() })
  }
  const data = builder.build(read)
  if (data.outcomes.prompts.length === 0) {
    throw new LLimitError(
      'INVALID_FILE',
      `${files.join(', ')}: expected an outcome or a comparison, got none`,
    )
  }
  return data
}

async function readRows(content: Readable, file: string, builder: JudgedDataBuilder): Promise<void> {
  for await (const row of readJsonLines(content, file)) {
    const { value } = row
    if (typeof value === 'object' && value !== null && 'model_a' in value) {
      builder.addComparison(parseRow(comparisonSchema(value), row))
    } else {
      builder.addOutcomes(parseRow(outcomeRow, row))
    }
  }
}

async function readCsv(content: Readable, file: string, builder: JudgedDataBuilder): Promise<void> {
  const options = { columns: true, info: true, skip_empty_lines: true, max_record_size: MAX_LINE_BYTES }
  const records = pipeline(textOf(content, file), parse(options), () => undefined) as AsyncIterable<{
    record: object
    info: { lines: number }
  }>
  try {
    for await (const { record, info } of records) {
      const row = { value: record, where: recordIn(file, info.lines) }
      builder.addComparison(parseRow(comparisonSchema(record), row))
    }
  } catch (cause) {
    throw cause instanceof CsvError ? invalidCsv(cause, file) : readError(file, cause)
  }
}

/** The text of a file, line by line: what `readLines` checks of JSON lines is checked of CSV as well. */
async function* textOf(content: Readable, file: string): AsyncGenerator<string> {
  for await (const { text, ended } of readLines(content, file)) yield ended ? `${text}\n` : text
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
