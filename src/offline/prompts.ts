import { z } from 'zod'

import { readPromptRows } from '../lines/promptRows.js'
import { parseRow } from '../validation.js'

/** A prompt of a file, with what the file calls it by. */
export interface FilePrompt {
  prompt: string
  /** Undefined if the file gives none. */
  id: string | number | undefined
}

/** An integer that a double does not hold has lost its last digits when it was parsed. */
const number = z
  .number()
  .refine(
    (id) => !Number.isInteger(id) || Number.isSafeInteger(id),
    `expected an id up to ${Number.MAX_SAFE_INTEGER}, or one in quotes`,
  )

const idSchema = z
  .union([z.string(), number], {
    error: ({ input }) => (typeof input === 'number' ? undefined : 'expected a string or a number'),
  })
  .nullish()
  .transform((id) => (id === null ? undefined : id))

const stringRow = z
  .string('expected a string or an object with a "prompt" string')
  .transform((prompt): FilePrompt => ({ prompt, id: undefined }))
const objectRow = z
  .object({ prompt: z.string('expected a string'), id: idSchema })
  .transform(({ prompt, id }): FilePrompt => ({ prompt, id }))

/**
 * The prompts of a file, one after the other: strings, and objects with a `prompt`, whose `id` is kept; see `readPromptRows`.
 * @throws LLimitError INVALID_FILE, naming the line.
 */
export async function* readPrompts(file: string): AsyncGenerator<FilePrompt> {
  for await (const row of readPromptRows(file)) {
    const { value } = row
    const hasPrompt =
      typeof value === 'object' && value !== null && typeof Reflect.get(value, 'prompt') === 'string'
    yield hasPrompt ? parseRow(objectRow, row) : parseRow(stringRow, row)
  }
}
