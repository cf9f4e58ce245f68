import { copyFile } from 'node:fs/promises'
import path from 'node:path'

import { z } from 'zod'

import { choiceIn } from './cases.js'
import type { Case } from './cases.js'
import type { Prepared } from './environments.js'
import { runProgram } from './program.js'

/** Where the server and the copies of the examples are. */
export interface Setting {
  url: string
  work: string
  env: Record<string, string>
  /** Milliseconds for one run of an example. */
  timeoutMs: number
}

const answerSchema = z.object({ prompts: z.array(z.object({ choice: z.string().nullable() })).length(1) })

/** What `POST /rank` chooses for a prompt; undefined: nothing. */
async function choiceOfRank(
  prompt: string,
  { candidates, objective }: Case,
  { url, timeoutMs }: Setting,
): Promise<string | undefined> {
  const response = await fetch(`${url}/rank`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt, candidates, objective }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const [answer] = answerSchema.parse(await response.json()).prompts
  return answer?.choice ?? undefined
}

/**
 * Runs an example on each prompt.
 * @returns what it chose, one for each prompt
 * @throws Error if it fails, or if a choice is another than that of `POST /rank`.
 */
export async function runCase(
  one: Case,
  prepared: Exclude<Prepared, { missing: string }>,
  prompts: readonly string[],
  setting: Setting,
): Promise<string[]> {
  const choices: string[] = []
  for (const prompt of prompts) {
    const expected = await choiceOfRank(prompt, one, setting)
    const { isOk, output } = await runExample(one, prepared, prompt, setting)
    if (!isOk) throw new Error(output)
    const choice = choiceIn(output)
    if (choice !== expected) {
      throw new Error(
        `expected ${expected ?? 'no choice'} for ${prompt}, as of /rank, got ${choice ?? 'none'}\n${output}`,
      )
    }
    choices.push(choice ?? 'none')
  }
  return choices
}

async function runExample(
  { file, environment, args = [] }: Case,
  { folder, bin }: { folder: string; bin: string },
  prompt: string,
  { work, env, timeoutMs }: Setting,
): Promise<{ isOk: boolean; output: string }> {
  // Compiled next to it: only newer versions of Node run TypeScript.
  const program = path.join(work, file.replace(/\.ts$/, '.js'))
  if (environment !== 'client' && environment !== 'ai-sdk') {
    return runProgram(bin, [program, ...args, prompt], { cwd: work, env, timeoutMs })
  }
  // Node finds packages by the place of the file.
  const placed = path.join(folder, path.basename(program))
  await copyFile(program, placed)
  return runProgram(bin, [placed, ...args, prompt], { cwd: folder, env, timeoutMs })
}
