import { createReadStream } from 'node:fs'
import { stat, truncate } from 'node:fs/promises'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { isStream, notAFile } from '../lines/fileStream.js'
import { readLines } from '../lines/readLines.js'
import type { FilePrompt } from './prompts.js'

/** One line of the output: the scores of one prompt. */
const scoredLine = z.object({
  model: z.string(),
  prompt: z.string(),
  /** As the file of prompts has it. */
  id: z.exactOptional(z.union([z.string(), z.number()])),
  scores: z.record(z.string(), z.number()),
})

export type ScoredLine = z.infer<typeof scoredLine>

interface Run {
  model: string
  llms: readonly string[]
  prompts: AsyncIterator<FilePrompt>
}

/**
 * Looks at an output that an earlier run began, taking one prompt from `prompts` for each line it finds. A last line
 * that was cut off in the middle is removed.
 * @returns how many prompts it answers; 0 if there is no output yet.
 * @throws LLimitError CONFLICT, and leaves the file alone, if a line was written by a different run; INVALID_FILE as
 * `readLines` does, and for what is no file.
 */
export async function resumeAt(out: string, { model, llms, prompts }: Run): Promise<number> {
  if (isStream(out)) throw notAFile(out, 'a pipe or a device, which cannot be read again to resume')
  if (!(await exists(out))) return 0
  const wanted = [...new Set(llms)].sort().join('\n')
  // How each line begins; a last line without a line feed is removed only if it is one of ours.
  const start = `{"model":${JSON.stringify(model)},"prompt":`
  let done = 0
  let bytes = 0
  // A line holds the scores of all LLMs, so it may be longer than any that is read as input.
  const lines = readLines(createReadStream(out), out, { maxBytes: Infinity, mayBeCutOff: true })
  for await (const { text, ended, end } of lines) {
    if (!ended) {
      if (text.startsWith(start) || start.startsWith(text)) break
      throw differentRun(out, done + 1)
    }
    const line = parse(text)
    const next = await prompts.next()
    const isOfThisRun =
      line?.model === model &&
      next.done !== true &&
      line.prompt === next.value.prompt &&
      line.id === next.value.id &&
      Object.keys(line.scores).sort().join('\n') === wanted
    if (!isOfThisRun) throw differentRun(out, done + 1)
    done++
    bytes = end
  }
  await truncate(out, bytes)
  return done
}

function differentRun(out: string, line: number): LLimitError {
  const message = `${out}, line ${line} was written by a different run; choose another --out`
  return new LLimitError('CONFLICT', message)
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function parse(line: string): ScoredLine | undefined {
  try {
    return scoredLine.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}
