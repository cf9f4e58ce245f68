import type { Card } from '../../card.js'
import type { CachedEmbedding } from '../../embedding/cache/embedding.js'
import { at, valueAt } from '../../numeric/at.js'
import type { LlmRow } from '../../numeric/indices.js'
import type { Observed } from '../details.js'
import type { Seen } from './seen.js'

/** A prompt as the live model saw it. M LLMs. */
export interface ShadowJob {
  prompt: string
  embedded: CachedEmbedding
  /** Identity of the encoder. */
  encoder: string
  card: Card
  /** [M] by the names of the card, each once. */
  llms: readonly string[]
  /** [M] */
  scores: readonly number[]
  familiarity: number | null
  /** What was reported of the one LLM. */
  outcome?: { id: string; score: number }
}

/** What was reported of an LLM, by the name that the report has. */
export interface ReportedOutcome {
  id: string
  llm: string
  score: number
  prompt: string
}

/** The LLMs of a request by the names of the card, each once, and their places among those asked for. */
export interface AskedLlms {
  names: string[]
  places: number[]
}

/** Of the LLMs asked for several may be the same. */
export function askedLlms(rows: ReadonlyMap<string, LlmRow>, { llms }: Card): AskedLlms {
  const places = new Map<string, number>()
  let place = 0
  for (const row of rows.values()) {
    const llm = at(llms, row)
    if (!places.has(llm)) places.set(llm, place)
    place++
  }
  return { names: [...places.keys()], places: [...places.values()] }
}

/** The first prompts of a request, none if it asks for no LLM. */
export function* jobsOf(
  { prompts, embedded, scores, places, card, encoder }: Seen,
  llms: AskedLlms,
  count: number,
): Generator<ShadowJob> {
  if (llms.names.length === 0) return
  const P = prompts.length
  for (let p = 0; p < count; p++) {
    yield {
      ...{ prompt: at(prompts, p), embedded: at(embedded, p), encoder, card },
      llms: llms.names,
      scores: llms.places.map((m) => at(scores, m * P + p)),
      familiarity: places === undefined ? null : at(places, p).familiarity,
    }
  }
}

/** @param observed the prompts of the outcomes, in their order */
export function* jobsOfOutcomes(
  { scored, resolved, card, encoder }: Observed,
  outcomes: readonly ReportedOutcome[],
): Generator<ShadowJob> {
  for (const [p, { id, llm, score, prompt }] of outcomes.entries()) {
    yield {
      ...{ prompt, embedded: at(scored.embedded, p), encoder, card },
      llms: [resolved.get(llm) ?? llm],
      scores: [at(valueAt(scored.scores, llm), p)],
      familiarity: scored.places === undefined ? null : at(scored.places, p).familiarity,
      outcome: { id, score },
    }
  }
}
