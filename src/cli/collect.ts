import { setMaxListeners } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { Asker } from '../collect/asker.js'
import { collect } from '../collect/collect.js'
import type { Ending } from '../collect/collect.js'
import { Grading } from '../collect/grading.js'
import { lockFolder } from '../collect/lock.js'
import { Log } from '../collect/log.js'
import { readTasks } from '../collect/readTasks.js'
import { SecondGrading } from '../collect/secondGrading.js'
import { Spending } from '../collect/spending.js'
import { linesOf, summarize } from '../collect/summary.js'
import type { Summary } from '../collect/summary.js'
import type { Task } from '../collect/task.js'
import { COMPARISONS_FILE, OUTCOMES_FILE, writeOutputs, writeSummary } from '../collect/writeOutputs.js'
import { environmentWithout, readConfig } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { readJsonFile } from '../jsonFile.js'
import { openEndpoints } from './collecting/endpoints.js'
import { flags } from './collecting/flags.js'
import type { CollectOptions } from './collecting/flags.js'
import { pricesOf } from './collecting/prices.js'
import { defineCommand } from './commandLine/command.js'
import type { Terminal } from './commandLine/terminal.js'

export const command = defineCommand({
  description:
    'Asks LLMs at any endpoint like that of OpenAI the prompts of a file, grades the answers, and writes outcomes.jsonl, which train ' +
    'and add-llm read. A run that was interrupted goes on when it is started again; nothing is asked twice.',
  examples: [
    'llimit collect --prompts prompts.jsonl --llms a,b --endpoint http://localhost:8000/v1 --grader exact --out collected',
    'llimit collect --prompts prompts.jsonl --llms gpt-4o,gpt-4o-mini --endpoint https://api.openai.com/v1 --key-variable OPENAI_API_KEY --grader judge --judge gpt-4.1 --max-cost 5 --out collected',
  ],
  flags,
  run: async (options, terminal) => {
    const { out, llms: named } = options
    const llms = [...new Set(named)]
    const tasks = (await readTasks(options.prompts, options.referenceField)).slice(0, options.limit)
    const stopping = new AbortController()
    // Every request that waits listens, and every command that runs: that is no leak.
    setMaxListeners(0, stopping.signal, terminal.signal)
    const { answers, judge } = openEndpoints(options, {
      signal: stopping.signal,
      onPause: (seconds, message) => terminal.note(`${message}; waiting ${Math.ceil(seconds)} s`),
    })
    const judges = [options.judge, options.secondJudge].flatMap((llm) => llm ?? [])
    const prices = await pricesOf([...llms, ...judges], options, readConfig({ prices: options.prices }))
    const { parameters = {}, system } = options
    const unlock = await lockFolder(out)
    terminal.defer(unlock)
    const log = await Log.open(out, { ...parameters, ...(system !== undefined && { system }) })
    terminal.defer(() => log.close())
    const spending = new Spending({
      priceOf: (llm) => prices.get(llm),
      cap: options.maxCost,
      spent: log.cost,
    })
    const judging = new Asker(judge, spending, {})
    const { grading, second } = await gradersOf(options, { tasks, llms, judging, signal: terminal.signal })
    let written: ReadonlyMap<string, number> | undefined
    const write = async () => (written ??= await writeOutputs(out, { log, grading, tasks }))
    // Also of a run that fails or is interrupted: what was paid for can be trained on.
    terminal.defer(async () => {
      await write()
    })

    const there = tasks.flatMap(({ key }) => llms.filter((llm) => log.answer(key, llm) !== undefined)).length
    terminal.note(
      `prompts x LLMs: ${tasks.length} x ${llms.length}; ${there} answers are there, ${tasks.length * llms.length - there} to ask for`,
    )
    const unpriced = llms.filter((llm) => prices.get(llm) === undefined)
    if (unpriced.length > 0)
      terminal.note(`no price is known of ${unpriced.join(', ')}: it counts as nothing`)
    const ending = await terminal.progress('answers', (onProgress) =>
      collect({
        ...{ tasks, llms, log, grading, second, onProgress },
        asker: new Asker(answers, spending, parameters),
        system,
        pairsPerPrompt: options.pairsPerPrompt,
        concurrency: options.concurrency,
        signal: stopping.signal,
        stop: (reason) => stopping.abort(reason),
        note: (line) => terminal.note(line),
      }),
    )
    const files = await write()
    return finish(
      { out, log, grading, tasks, llms, agreement: second?.agreement(log) },
      ending,
      files,
      terminal,
    )
  },
})

/** The grader of all answers and that of the sample, each checked against the prompts that it is for. */
async function gradersOf(
  options: CollectOptions,
  {
    tasks,
    llms,
    judging,
    signal,
  }: {
    tasks: readonly Task[]
    llms: readonly string[]
    judging: Asker
    signal: AbortSignal
  },
): Promise<{ grading: Grading; second: SecondGrading | undefined }> {
  const { grader, judge, secondGrader, secondJudge, sample: size, pairsPerPrompt } = options
  const variables = [options.keyVariable, options.judgeKeyVariable].flatMap((name) => name ?? [])
  const judgeOf = (llm: string | undefined) => (llm === undefined ? undefined : { llm, asker: judging })
  const shared = {
    pattern: options.pattern,
    schema: options.schema === undefined ? undefined : await readSchema(options.schema),
    rubric: await textOf(options.rubric),
    tolerance: options.tolerance,
    command: options.command,
    commandTimeoutMs: options.commandTimeoutS * 1000,
    environment: environmentWithout(variables),
    signal,
  }
  const first = new Grading({ ...shared, grader, isForAll: false, judge: judgeOf(judge) })
  for (const task of tasks) first.check(task)
  if (secondGrader === undefined) return { grading: first, second: undefined }
  const second = new Grading({
    ...{ ...shared, grader: secondGrader, isForAll: true },
    judge: judgeOf(secondJudge ?? judge),
  })
  const graders = { first, second, isPaired: secondGrader === 'pairwise' }
  return { grading: first, second: new SecondGrading(graders, { tasks, llms, size, pairsPerPrompt }) }
}

function readSchema(file: string): Promise<object | boolean> {
  const schema = z.union([z.record(z.string(), z.unknown()), z.boolean()], 'expected a JSON schema')
  return readJsonFile(file, schema, { name: path.basename(file), code: 'INVALID_FILE' })
}

/** A text, or that of the file that follows an @. */
async function textOf(value: string | undefined): Promise<string | undefined> {
  return value?.startsWith('@') === true ? (await readFile(value.slice(1), 'utf8')).trim() : value
}

/** @throws LLimitError INCOMPLETE if something failed. */
async function finish(
  { out, ...collected }: Parameters<typeof summarize>[0] & { out: string },
  ending: Ending,
  written: ReadonlyMap<string, number>,
  terminal: Terminal,
): Promise<Summary & { files: string[] }> {
  const summary = summarize(collected, ending)
  const files = [...written.keys()].map((name) => path.join(out, name))
  await writeSummary(out, { ...summary, files })
  for (const line of linesOf(summary)) terminal.print(line)
  for (const name of [OUTCOMES_FILE, COMPARISONS_FILE]) {
    const lines = written.get(name)
    if (lines !== undefined) terminal.print(`${path.join(out, name)}: ${lines} lines`)
  }
  if (summary.isCapped)
    terminal.print(`stopped at --max-cost: ${summary.missing} answers are missing; a larger one goes on here`)
  else if (summary.failures.length > 0 || summary.missing > 0) {
    const message = `${summary.failures.length} failures, ${summary.missing} answers are missing; start it again to try them again`
    throw new LLimitError('INCOMPLETE', message)
  }
  return { ...summary, files }
}
