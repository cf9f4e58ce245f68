import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { openRows } from '../lines/records.js'
import type { FileRow } from '../lines/records.js'
import { describeValue, parseRow } from '../validation.js'

/** A prompt of a file, with what the file calls it by. */
export interface FilePrompt {
  prompt: string
  /** Undefined if the file gives none. */
  id: string | number | undefined
}

const idSchema = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((id) => (id === null ? undefined : id))

const promptRow = z.union(
  [
    z.string().transform((prompt): FilePrompt => ({ prompt, id: undefined })),
    z
      .object({ prompt: z.string(), id: idSchema })
      .transform(({ prompt, id }): FilePrompt => ({ prompt, id })),
  ],
  { error: 'expected a string or an object with a "prompt" string' },
)

/**
 * The prompts of a file, one after the other. Of `.jsonl`, `.ndjson` and `.json` a row is a JSON string or an object with a `prompt`,
 * of `.csv` and `.tsv` it has a column `prompt`; an `id` is kept. Of any other file each line is a prompt. Blank lines are skipped.
 * @throws LLimitError INVALID_FILE, naming the line.
 */
export async function* readPrompts(file: string): AsyncGenerator<FilePrompt> {
  const { format = 'text', rows } = openRows(file)
  let isFirst = true
  for await (const row of rows(format)) {
    if (format === 'text' && isFirst) checkIsText(row)
    isFirst = false
    yield parseRow(promptRow, format === 'csv' ? inLowerCase(row) : row)
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

/** JSON that is scored as the text that it is written in would be scored as something else than it means. */
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
