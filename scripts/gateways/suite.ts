import { PROMPTS } from './cases.js'
import type { Case } from './cases.js'
import { prepareEnvironment } from './environments.js'
import type { EnvironmentName, Prepared, Tools } from './environments.js'
import { generatePythonClient } from './generate.js'
import { runCase } from './runCase.js'
import type { Setting } from './runCase.js'

/** What came of a client. */
export interface Result {
  name: string
  state: 'as /rank' | 'failed' | 'not run'
  /** What it chose, or why it failed or was not run. */
  detail: string
}

export interface Suite {
  tools: Tools
  setting: Setting
  /** Milliseconds since 1970 after which nothing more is begun. */
  deadline: number
  onResult: (result: Result) => void
}

/** Runs each example; what cannot be installed, or has no time left, is not run. */
export async function runSuite(cases: readonly Case[], suite: Suite): Promise<Result[]> {
  const prepared = new Map<EnvironmentName, Prepared>()
  const results: Result[] = []
  for (const one of cases) {
    const result = {
      name: [one.file, ...(one.args ?? [])].join(' '),
      ...(await resultOf(one, suite, prepared)),
    }
    suite.onResult(result)
    results.push(result)
  }
  return results
}

async function resultOf(
  one: Case,
  { tools, setting, deadline }: Suite,
  prepared: Map<EnvironmentName, Prepared>,
): Promise<Omit<Result, 'name'>> {
  const { environment } = one
  const leftMs = deadline - Date.now()
  if (leftMs <= 0) return { state: 'not run', detail: 'out of time (--minutes)' }
  const own = prepared.get(environment) ?? (await prepareEnvironment(environment, tools, leftMs))
  prepared.set(environment, own)
  if ('missing' in own) return { state: 'not run', detail: own.missing }
  try {
    if (environment === 'openapi-python-client') await generatePythonClient(own.bin, setting)
    const choices = await runCase(one, own, PROMPTS, setting)
    return { state: 'as /rank', detail: choices.join(', ') }
  } catch (error) {
    return { state: 'failed', detail: error instanceof Error ? error.message : String(error) }
  }
}
