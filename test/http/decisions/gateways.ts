import type { LLimitError } from '../../../src/errors.js'
import { rankAnswer } from '../../../src/http/openapi/rankExamples.js'
import type { RankRequest } from '../../../src/selection/ranking.js'
import { post, useApp } from '../runningApp.js'
import type { RunningApp } from '../runningApp.js'

export const JSON_TYPE = { 'content-type': 'application/json' }
export const STRONG = 'gpt-4o-2024-05-13'
export const WEAK = 'llama-3.1-8b-instruct'
const CHOICE = { type: 'choice', instructions: 'x', criteria: { [WEAK]: 'cheap', [STRONG]: null } }
export const SYSTEM_ONE = { model: 'llimit', state: 'x', questions: { tier: CHOICE } }
export const DECISIONS = {
  model: 'llimit',
  input: 'x',
  questions: [{ type: 'choice', instructions: 'x', choices: [{ value: WEAK }, { value: STRONG }] }],
}

/** The three routes, with a request that each answers. */
export const ROUTES = [
  ['/v1/systemone', SYSTEM_ONE],
  ['/v1/decisions', DECISIONS],
  ['/classify', { inputs: 'x' }],
] as const

/** What the service does while a test runs. */
export interface GatewayWorld {
  app: RunningApp
  /** What it throws in place of an answer; `slow`: it answers nothing until its time is over. */
  fault: LLimitError | 'slow' | undefined
  /** The last request. */
  seen: RankRequest | undefined
  /** Whether a slow request was cancelled. */
  isAborted: boolean
  ask: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answered>
}

interface Answered {
  status: number
  retryAfter: string | null
  body: unknown
}

/** Serves the routes while the tests of the enclosing `describe` run, over a ranking that prefers STRONG with 0.75. */
export function useGateways(): GatewayWorld {
  const world: Omit<GatewayWorld, 'app'> = { fault: undefined, seen: undefined, isAborted: false, ask }
  const rank = (request: RankRequest, signal?: AbortSignal): Promise<typeof rankAnswer> => {
    world.seen = request
    const { fault } = world
    if (fault === 'slow') {
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          world.isAborted = true
          reject(signal.reason as Error)
        })
      })
    }
    if (fault !== undefined) return Promise.reject(fault)
    const { candidates = [] } = request
    const others = 0.25 / (candidates.length - 1)
    const sufficiency = new Map(candidates.map(({ llm }) => [llm, llm === STRONG ? 0.75 : others]))
    const prompts = rankAnswer.prompts.map((prompt) => ({ ...prompt, sufficiency }))
    return Promise.resolve({ ...rankAnswer, prompts })
  }
  const tiers = new Map([
    ['SIMPLE', [WEAK]],
    ['COMPLEX', [STRONG]],
  ])
  const app = useApp({ rank }, {}, { tiers, timeoutMs: 100 })
  async function ask(
    path: string,
    body: unknown,
    headers: Record<string, string> = JSON_TYPE,
  ): Promise<Answered> {
    const response = await post(app, body, headers, path)
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.json(),
    }
  }
  return Object.assign(world, { app })
}
