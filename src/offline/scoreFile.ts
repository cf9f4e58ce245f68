import { open } from 'node:fs/promises'

import { LLimitError } from '../errors.js'
import { isStream, notAFile } from '../lines/fileStream.js'
import { at } from '../numeric/at.js'
import type { SelectionService } from '../selection/service.js'
import { readPrompts } from './prompts.js'
import { resumeAt } from './resume.js'
import type { ScoredLine } from './resume.js'

/** Prompts per call: enough to keep the encoder busy, few enough that a run which is stopped loses little. */
const PROMPTS_PER_CALL = 64

interface Job {
  model: string
  llms: readonly string[]
  /** See `readPrompts`. */
  promptsFile: string
  /** Scores are added to it, a line per prompt; what it holds already is not computed again. */
  out: string
  batchSize: number
  /** Told after each step how many prompts are answered, of how many. */
  onProgress: (done: number, total: number) => void
}

/**
 * Scores a file of prompts with the code path of the server.
 * @returns how many prompts were answered before and in this run.
 * @throws LLimitError as `SelectionService.infer` does, and as `readPrompts` and `resumeAt` do; INVALID_FILE for a file without
 * prompts and for one that cannot be read twice.
 */
export async function scoreFile(
  service: Pick<SelectionService, 'infer'>,
  job: Job,
): Promise<{ before: number; now: number }> {
  const { model, llms, promptsFile, out, batchSize, onProgress } = job
  if (isStream(promptsFile)) throw notAFile(promptsFile, 'a pipe or a device; prompts are read twice')
  const total = await count(readPrompts(promptsFile))
  const prompts = readPrompts(promptsFile)
  const before = await resumeAt(out, { model, llms, prompts })
  if (total === 0) throw new LLimitError('INVALID_FILE', `${promptsFile}: expected prompts, got none`)
  let now = 0
  onProgress(before, total)
  const output = await open(out, 'a')
  try {
    for await (const chunk of chunks(prompts, PROMPTS_PER_CALL)) {
      const { scores } = await service.infer({
        model,
        llms,
        prompts: chunk.map(({ prompt }) => prompt),
        batchSize,
      })
      const lines = chunk.map(({ prompt, id }, p): ScoredLine => {
        const entries = [...scores].map(([llm, values]): [string, number] => [llm, at(values, p)])
        const named = id === undefined ? { model, prompt } : { model, prompt, id }
        return { ...named, scores: Object.fromEntries(entries) }
      })
      await output.appendFile(lines.map((line) => JSON.stringify(line) + '\n').join(''))
      now += chunk.length
      onProgress(before + now, total)
    }
  } finally {
    await output.close()
  }
  return { before, now }
}

async function count(items: AsyncIterator<unknown>): Promise<number> {
  let number = 0
  while ((await items.next()).done !== true) number++
  return number
}

async function* chunks<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length === size) {
      yield chunk
      chunk = []
    }
  }
  if (chunk.length > 0) yield chunk
}
