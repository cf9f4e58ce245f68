import { createReadStream } from 'node:fs'
import { open, truncate } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { LLimitError } from '../errors.js'
import { isMissing } from '../jsonFile.js'
import { readLines } from '../lines/readLines.js'
import { parseRow } from '../validation.js'

const LOG_FILE = 'log.jsonl'

const tokens = z.exactOptional(z.int().nonnegative())
/** Dollars; left out if no price is known. */
const cost = z.exactOptional(z.number().nonnegative())

const answerEntry = z.object({
  kind: z.literal('answer'),
  prompt: z.string(),
  llm: z.string(),
  text: z.string(),
  cut: z.boolean(),
  input_tokens: tokens,
  output_tokens: tokens,
  cost,
  /** Milliseconds from the first try to the end. */
  ms: z.number(),
})

const gradeEntry = z.object({
  kind: z.literal('grade'),
  prompt: z.string(),
  llm: z.string(),
  grader: z.string(),
  score: z.number().min(0).max(1),
  /** What a judge has said. */
  reply: z.exactOptional(z.string()),
  cost,
})

const comparisonEntry = z.object({
  kind: z.literal('comparison'),
  prompt: z.string(),
  model_a: z.string(),
  model_b: z.string(),
  grader: z.string(),
  verdict: z.enum(['model_a', 'model_b', 'tie']),
  /** Whether both orders have the same verdict. */
  consistent: z.boolean(),
  replies: z.array(z.string()),
  cost,
})

/** What was paid for and cannot be used, such as a reply without a mark. */
const lossEntry = z.object({ kind: z.literal('loss'), llm: z.string(), cost: z.number().nonnegative() })

const settingsEntry = z.object({ kind: z.literal('settings'), parameters: z.record(z.string(), z.unknown()) })

const entrySchema = z.discriminatedUnion('kind', [
  settingsEntry,
  answerEntry,
  gradeEntry,
  comparisonEntry,
  lossEntry,
])

export type Answer = z.infer<typeof answerEntry>
export type Grade = z.infer<typeof gradeEntry>
export type Comparison = z.infer<typeof comparisonEntry>
type Entry = z.infer<typeof entrySchema>

/** What every request of a folder has in common. */
export type Parameters = z.infer<typeof settingsEntry>['parameters']

/** All that was answered, graded and paid for in a folder, by all runs: a line each, written when it is known. */
export class Log {
  readonly file: string
  /** Prompt -> LLM -> answer. */
  readonly #answers = new Map<string, Map<string, Answer>>()
  readonly #grades = new Map<string, Grade>()
  /** Prompt -> pair and grader -> comparison. */
  readonly #comparisons = new Map<string, Map<string, Comparison>>()
  readonly #handle: FileHandle
  #cost = 0

  private constructor(file: string, handle: FileHandle) {
    this.file = file
    this.#handle = handle
  }

  /**
   * Opens the log of a folder. A last line that a crash has cut off is removed.
   * @throws LLimitError CONFLICT if the folder was begun with other parameters; INVALID_FILE naming the line.
   */
  static async open(folder: string, parameters: Parameters): Promise<Log> {
    const file = path.join(folder, LOG_FILE)
    const entries = await readEntries(file)
    const [first, ...rest] = entries
    if (first !== undefined) checkParameters(file, first, parameters)
    const log = new Log(file, await open(file, 'a'))
    if (first === undefined) await log.#write({ kind: 'settings', parameters })
    for (const entry of rest) log.#keep(entry)
    return log
  }

  answer(prompt: string, llm: string): Answer | undefined {
    return this.#answers.get(prompt)?.get(llm)
  }

  /** All answers to a prompt, in the order in which they came. */
  answersTo(prompt: string): Answer[] {
    return [...(this.#answers.get(prompt)?.values() ?? [])]
  }

  grade(prompt: string, llm: string, grader: string): Grade | undefined {
    return this.#grades.get(keyOf(prompt, llm, grader))
  }

  comparison(prompt: string, pair: readonly [string, string], grader: string): Comparison | undefined {
    return this.#comparisons.get(prompt)?.get(keyOf(...pair, grader))
  }

  /** All that a grader has compared on a prompt. */
  comparisonsOf(prompt: string, grader: string): Comparison[] {
    return [...(this.#comparisons.get(prompt)?.values() ?? [])].filter((one) => one.grader === grader)
  }

  /** Dollars of all runs. */
  get cost(): number {
    return this.#cost
  }

  /** Resolves when the line is written. */
  async add(entry: Exclude<Entry, { kind: 'settings' }>): Promise<void> {
    this.#keep(entry)
    await this.#write(entry)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  #keep(entry: Entry): void {
    if (entry.kind === 'answer') within(this.#answers, entry.prompt).set(entry.llm, entry)
    if (entry.kind === 'grade') this.#grades.set(keyOf(entry.prompt, entry.llm, entry.grader), entry)
    if (entry.kind === 'comparison')
      within(this.#comparisons, entry.prompt).set(keyOf(entry.model_a, entry.model_b, entry.grader), entry)
    if ('cost' in entry) this.#cost += entry.cost
  }

  /** One call a line: whole lines follow each other whoever writes. */
  async #write(entry: Entry): Promise<void> {
    await this.#handle.appendFile(`${JSON.stringify(entry)}\n`)
  }
}

/** What a map has of a prompt; made if it is not there. */
function within<T>(maps: Map<string, Map<string, T>>, prompt: string): Map<string, T> {
  const before = maps.get(prompt)
  if (before !== undefined) return before
  const made = new Map<string, T>()
  maps.set(prompt, made)
  return made
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}

async function readEntries(file: string): Promise<Entry[]> {
  const entries: Entry[] = []
  let bytes = 0
  let isCut = false
  try {
    const content = createReadStream(file)
    for await (const { text, number, ended, end } of readLines(content, file, { mayBeCutOff: true })) {
      isCut = !ended
      if (isCut) break
      bytes = end
      entries.push(entryOf(text, `${file}, line ${number}`))
    }
  } catch (error) {
    if (error instanceof LLimitError && isMissing(error.cause)) return []
    throw error
  }
  if (isCut) await truncate(file, bytes)
  return entries
}

function entryOf(text: string, where: string): Entry {
  try {
    return parseRow(entrySchema, { value: JSON.parse(text), where })
  } catch (cause) {
    const message = `${where}: expected a line of llimit collect, got another; remove the line, or choose another --out`
    throw new LLimitError('INVALID_FILE', message, { cause })
  }
}

/** Answers under other parameters are those of other LLMs, in effect. */
function checkParameters(file: string, first: Entry, parameters: Parameters): void {
  const before = first.kind === 'settings' ? JSON.stringify(first.parameters) : 'nothing'
  const now = JSON.stringify(parameters)
  if (before === now) return
  const message = `${file} was begun with the parameters ${before}, now they are ${now}; choose another --out`
  throw new LLimitError('CONFLICT', message)
}
