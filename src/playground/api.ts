import type { RankBody } from './request.js'
import { stagesIn } from './serverTiming.js'
import type { Stage } from './serverTiming.js'

/** The parts of the server's answers that the page shows. Addresses are relative: the server may be below a path. */

export interface RankedLlm {
  llm: string
  probability: number
  low: number | null
  high: number | null
  evidence: number | null
  output_tokens: number | null
  cost: number | null
  utility: number | null
}

export interface PromptRanking {
  choice: string | null
  reason: string
  fallback: string | null
  ranked: readonly RankedLlm[]
  excluded: { unknown_cost: readonly string[]; over_context_limit: readonly string[] }
  pareto: readonly string[]
  margin: number | null
  input_tokens: number
  tokens: number
  truncated: boolean
  familiarity: number | null
  explanation?: Explanation
}

/** In logits; `logit` is the sum of the others. */
export interface Contributions {
  average: number
  embedding: number
  length: number
  structure: number
  subject: number
  tone: number
  task: number
  format: number
  familiarity: number
  outcomes: number
  logit: number
}

export interface Explanation {
  kinds: readonly {
    category: string
    similarity: number
    outcomes: Readonly<Record<string, number>>
    success_rate?: Readonly<Record<string, number>>
  }[]
  contributions: Readonly<Record<string, Contributions>>
}

export interface RankAnswer {
  model: string
  read: 'prompts' | 'prompt' | 'last user message'
  prompts: readonly PromptRanking[]
  unknown: readonly string[]
  /** Days of the prices. */
  prices_as_of: { table?: string; file?: string }
  spending?: { cost: number; successes: number }
}

export interface TimedAnswer {
  answer: RankAnswer
  roundTripMs: number
  /** As the server tells them. */
  stages: readonly Stage[]
}

export interface KnownLlm {
  name: string
  maker?: string
}

export async function rank(body: RankBody, signal: AbortSignal): Promise<TimedAnswer> {
  const start = performance.now()
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('rank', { method: 'POST', headers, body: JSON.stringify(body), signal })
  const answer = (await jsonOf(response)) as RankAnswer
  return {
    answer,
    roundTripMs: performance.now() - start,
    stages: stagesIn(response.headers.get('server-timing')),
  }
}

/** Saved models that can be used. */
export async function listModels(): Promise<string[]> {
  const { models } = (await jsonOf(await fetch('models'))) as { models: { model: string; error?: string }[] }
  return models.filter(({ error }) => error === undefined).map(({ model }) => model)
}

/** @param model a saved model; empty: that of the server */
export async function listLlms(model: string): Promise<{ model: string; llms: KnownLlm[] }> {
  const query = model === '' ? '' : `?${new URLSearchParams({ model }).toString()}`
  return (await jsonOf(await fetch(`llms${query}`))) as { model: string; llms: KnownLlm[] }
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (response.ok) return JSON.parse(text)
  throw new Error(detailIn(text) ?? `The server answered with status ${response.status}`)
}

function detailIn(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}
