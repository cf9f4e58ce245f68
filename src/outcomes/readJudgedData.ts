import path from 'node:path'
import { pipeline } from 'node:stream'

import { CsvError, parse } from 'csv-parse'

import { LLimitError, messageOf, shorten } from '../errors.js'
import { comparisonSchema } from './comparisonRow.js'
import { openFile } from './fileStream.js'
import type { FileStream } from './fileStream.js'
import { JudgedDataBuilder } from './judgedDataBuilder.js'
import type { ReadData } from './judgedDataBuilder.js'
import { parseJson, parseRow } from './parseRow.js'
import { readLines, LONGEST_LINE } from './readLines.js'
import { outcomeRow } from './outcomeRow.js'

/**
 * Reads files of outcomes and comparisons, line by line, as one body of data:
 * - `.jsonl` and every other name: a JSON object a line, with `scores` an outcome row, with `model_a` a comparison;
 * - `.csv`: comparisons, with a header;
 * - either of them with `.gz` after it.
 *
 * Prompts of the same text are one prompt, in the order of their first appearance; outcomes of an LLM on a prompt that
 * are given more than once are averaged.
 * @throws LLimitError INVALID_REQUEST, naming the file, the line and the field, for what is not such a row, and for a
 * file that cannot be read; and where there is no row at all.
 */
export async function readJudgedData(files: readonly string[]): Promise<ReadData> {
  const builder = new JudgedDataBuilder()
  const read: { name: string; sha256: string }[] = []
  for (const file of files) {
    const stream = openFile(file)
    try {
      if (/\.csv(\.gz)?$/i.test(file)) await readCsv(stream, file, builder)
      else await readJsonLines(stream, file, builder)
    } catch (cause) {
      if (cause instanceof LLimitError) throw cause
      throw new LLimitError('INVALID_REQUEST', `${file} cannot be read: ${messageOf(cause)}`, { cause })
    }
    // The name alone: a path of this machine says nothing elsewhere, and the name ends up in saved models.
    read.push({ name: path.basename(file), sha256: stream.sha256() })
  }
  const data = builder.build(read)
  if (data.outcomes.prompts.length === 0) {
    throw new LLimitError('INVALID_REQUEST', `${files.join(', ')}: no outcome and no comparison`)
  }
  return data
}

async function readJsonLines(
  { content }: FileStream,
  file: string,
  builder: JudgedDataBuilder,
): Promise<void> {
  for await (const { text, number } of readLines(content, file)) {
    const where = `${file}, line ${number}`
    const row = parseJson(text, where)
    if (typeof row === 'object' && row !== null && 'model_a' in row) {
      builder.addComparison(parseRow(comparisonSchema(row), row, where))
    } else {
      builder.addOutcomes(parseRow(outcomeRow, row, where))
    }
  }
}

async function readCsv({ content }: FileStream, file: string, builder: JudgedDataBuilder): Promise<void> {
  const options = {
    columns: true,
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_LINE,
  }
  const records = pipeline(content, parse(options), () => undefined) as AsyncIterable<{
    record: object
    info: { lines: number }
  }>
  try {
    for await (const { record, info } of records) {
      builder.addComparison(parseRow(comparisonSchema(record), record, placeOf(info, file)))
    }
  } catch (cause) {
    if (cause instanceof CsvError) throw unreadable(cause, file)
    throw cause
  }
}

/** A record may span lines: the parser counts to the end of it. */
function placeOf({ lines }: { lines: number }, file: string): string {
  return `${file}, record that ends in line ${lines}`
}

function unreadable(cause: CsvError, file: string): LLimitError {
  const where = placeOf({ lines: Number(cause['lines']) }, file)
  const record: unknown = cause['record']
  const columns: unknown = cause['columns']
  if (cause.code === 'CSV_RECORD_INCONSISTENT_COLUMNS' && Array.isArray(record) && Array.isArray(columns)) {
    const message = `it must have the ${columns.length} fields of the header, it has ${record.length}`
    return new LLimitError('INVALID_REQUEST', `${where}: ${message}: ${shorten(JSON.stringify(record))}`, {
      cause,
    })
  }
  return new LLimitError('INVALID_REQUEST', `${where}: not CSV: ${cause.message}`, { cause })
}
