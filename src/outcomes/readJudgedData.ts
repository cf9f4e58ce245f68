import path from 'node:path'

import { LLimitError } from '../errors.js'
import { openRows } from '../lines/records.js'
import { JudgedDataBuilder } from './judgedDataBuilder.js'
import type { CleanedData } from './judgedDataBuilder.js'
import { readJudgedRow } from './rowForms.js'

/**
 * Reads files of outcomes and comparisons, line by line, as one body of data:
 * - `.jsonl`, `.ndjson`, `.json` and every other name: a JSON object a line, or an array of them;
 * - `.csv`, `.tsv`: a record a row, with a header;
 * - each compressed with gzip or not.
 * A row is an outcome row (`scores`), a comparison (`model_a`), a score of one LLM (`llm`, `score`), or has a column for each LLM.
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
    const { format = 'json', rows, sha256 } = openRows(file)
    if (format === 'text')
      throw new LLimitError(
        'INVALID_FILE',
        `${file}: expected rows as JSON lines or CSV, got a file of plain text`,
      )
    for await (const row of rows(format)) {
      const judged = readJudgedRow(row)
      if (judged.kind === 'comparison') builder.addComparison(judged.row)
      else builder.addOutcomes(judged.row, judged.isPart)
    }
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
