import { stat, truncate } from 'node:fs/promises'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { linesOf } from './prompts.js'

/** One line of the output: the scores of one prompt. */
const scoredLine = z.object({
  model: z.string(),
  prompt: z.string(),
  scores: z.record(z.string(), z.number()),
})

export type ScoredLine = z.infer<typeof scoredLine>

interface Run {
  model: string
  llms: readonly string[]
  prompts: AsyncIterator<string>
}

/**
 * Looks at an output that an earlier run began, taking one prompt from `prompts` for each line it finds. A last line
 * that was cut off in the middle is removed.
 * @returns how many prompts it answers; 0 where there is no output yet.
 * @throws LLimitError INVALID_REQUEST, and leaves the file alone, where a line is not of this run.
 */
export async function resumeAt(out: string, { model, llms, prompts }: Run): Promise<number> {
  const size = await sizeOf(out)
  if (size === undefined) return 0
  const wanted = [...new Set(llms)].sort().join('\n')
  // How each line begins; a last line without a line feed is removed only if it is one of ours.
  const start = `{"model":${JSON.stringify(model)},"prompt":`
  let done = 0
  let bytes = 0
  for await (const line of linesOf(out)) {
    const end = bytes + Buffer.byteLength(line) + 1
    if (end > size) {
      if (line.startsWith(start) || start.startsWith(line)) break
      throw notOfThisRun(out, done + 1)
    }
    const { model: itsModel, prompt, scores } = parse(line) ?? {}
    const next = await prompts.next()
    const sameLlms =
      Object.keys(scores ?? {})
        .sort()
        .join('\n') === wanted
    if (itsModel !== model || next.done === true || prompt !== next.value || !sameLlms) {
      throw notOfThisRun(out, done + 1)
    }
    done++
    bytes = end
  }
  await truncate(out, bytes)
  return done
}

function notOfThisRun(out: string, line: number): LLimitError {
  return new LLimitError('INVALID_REQUEST', `${out}, line ${line} is not of this run; give another --out`)
}

async function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  )
}

function parse(line: string): ScoredLine | undefined {
  try {
    return scoredLine.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}
