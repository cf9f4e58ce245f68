import { createReadStream } from 'node:fs'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../errors.js'

const promptLine = z.union([z.string(), z.object({ prompt: z.string() }).transform(({ prompt }) => prompt)])

/**
 * The prompts of a file, one after the other: of a `.jsonl` file each line is a JSON string or an object with a
 * `prompt`; of any other file each line is a prompt. Empty lines are passed over.
 * @throws LLimitError INVALID_REQUEST, naming the line.
 */
export async function* readPrompts(file: string): AsyncGenerator<string> {
  const isJson = path.extname(file) === '.jsonl'
  let number = 0
  for await (const line of linesOf(file)) {
    number++
    if (line.trim() !== '') yield isJson ? parseLine(line, file, number) : line.replace(/\r$/, '')
  }
}

/**
 * Splits at line feeds only: Node's own line reader also splits at U+2028, which JSON strings may hold as it is. A
 * carriage return before the line feed stays, so that lines and line feeds are all the bytes of the file.
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8')
  let rest = ''
  try {
    for await (const chunk of input) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (cause) {
    throw new LLimitError('INVALID_REQUEST', `${file} cannot be read`, { cause })
  }
  if (rest !== '') yield rest
}

function parseLine(line: string, file: string, number: number): string {
  try {
    return promptLine.parse(JSON.parse(line))
  } catch (cause) {
    const expected = 'a JSON string or an object with a "prompt" string'
    throw new LLimitError('INVALID_REQUEST', `${file}, line ${number}: expected ${expected}`, { cause })
  }
}
