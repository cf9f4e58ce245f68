import { z } from 'zod'

import { openFile } from '../lines/fileStream.js'
import { readJsonLines } from '../lines/jsonLines.js'
import { readLines } from '../lines/readLines.js'
import { parseRow } from '../validation.js'

const promptRow = z.union([z.string(), z.object({ prompt: z.string() }).transform(({ prompt }) => prompt)], {
  error: 'expected a string or an object with a "prompt" string',
})

/**
 * The prompts of a file, one after the other: of a `.jsonl` file each line is a JSON string or an object with a
 * `prompt`; of any other file each line is a prompt. Blank lines are skipped.
 * @throws LLimitError INVALID_FILE, naming the line.
 */
export async function* readPrompts(file: string): AsyncGenerator<string> {
  const { content } = openFile(file)
  if (/\.jsonl(\.gz)?$/.test(file)) {
    for await (const row of readJsonLines(content, file)) yield parseRow(promptRow, row)
  } else {
    for await (const { text } of readLines(content, file)) {
      if (text.trim() !== '') yield text.replace(/\r$/, '')
    }
  }
}
