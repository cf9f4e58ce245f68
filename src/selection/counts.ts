import type { Logger } from 'winston'

import type { Placement } from '../calibration/regions.js'
import type { Card } from '../card.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'

interface Scored {
  /** The saved model as the request names it, which exists. */
  model: string
  card: Card
  embedded: readonly CachedEmbedding[]
  /** M LLMs by the names of the request. */
  rows: ReadonlyMap<string, LlmRow>
  /** [M, P] */
  scores: Float32Array
  /** One per prompt, if the saved model knows them and they were needed. */
  places: readonly Placement[] | undefined
}

/**
 * Adds the prompts, LLMs and tokens of a request to its trace, and counts which LLM had the best score on how many prompts, if
 * several were asked for, and how familiar the prompts are. What nobody asked for, such as a self-test, has no trace and counts
 * for nothing.
 */
export function count(
  metrics: Metrics | undefined,
  trace: RequestTrace | undefined,
  { model, card, embedded, rows, scores, places }: Scored,
): void {
  if (trace === undefined) return
  trace.prompts += embedded.length
  trace.llms += rows.size
  for (const { tokens } of embedded) trace.tokens += tokens
  if (metrics === undefined) return
  for (const { familiarity } of places ?? []) metrics.familiarity(familiarity)
  if (rows.size < 2) return
  const llmRows = [...rows.values()]
  const wins = new Map<LlmRow, number>()
  for (const m of bestOfEach(scores, rows.size)) {
    const row = at(llmRows, m)
    const before = wins.get(row)
    wins.set(row, before === undefined ? 1 : before + 1)
  }
  for (const [row, prompts] of wins) metrics.bestLlm(model, at(card.llms, row), prompts)
}

/** @returns for each prompt the first LLM with the highest score. */
function bestOfEach(scores: Float32Array, M: number): Uint32Array {
  const P = scores.length / M
  const best = new Uint32Array(P)
  for (let m = 1; m < M; m++) {
    for (let p = 0; p < P; p++) {
      if (at(scores, m * P + p) > at(scores, at(best, p) * P + p)) best[p] = m
    }
  }
  return best
}

/** Says which prompts are longer than what is read of them. */
export function logTruncation(log: Logger, prompts: readonly CachedEmbedding[]): void {
  for (const [prompt, { truncated, tokens }] of prompts.entries())
    if (truncated) log.debug('prompt truncated', { prompt, tokens })
}
