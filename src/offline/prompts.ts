import { z } from 'zod'

import { readPromptRows } from '../lines/promptRows.js'
import { parseRow } from '../validation.js'

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
 * The prompts of a file, one after the other: strings, and objects with a `prompt`, whose `id` is kept; see `readPromptRows`.
 * @throws LLimitError INVALID_FILE, naming the line.
 */
export async function* readPrompts(file: string): AsyncGenerator<FilePrompt> {
  for await (const row of readPromptRows(file)) yield parseRow(promptRow, row)
}
