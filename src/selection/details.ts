import { intervalAround, logitDeviation } from '../calibration/interval.js'
import { placeOf } from '../calibration/regions.js'
import type { Placement } from '../calibration/regions.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { at, valueAt } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { rowOf } from '../numeric/matrix.js'
import type { Evidence } from '../registry/evidence.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { DetailedScores, PairDetail, PromptDetail, Scores } from './requests.js'

/** What was scored, and with what. P prompts. */
interface Scored {
  scores: Scores
  /** LLM of `scores` -> row of the LLM embedding. */
  rows: ReadonlyMap<string, LlmRow>
  /** [P] */
  embedded: readonly CachedEmbedding[]
  evidence: Evidence | undefined
  /** Tokens that the encoder reads of a prompt at most. */
  maxTokens: number
}

/**
 * Adds to scores what is known of them, yielding: a thousand prompts take 100 ms, their intervals for 300 LLMs again as
 * much.
 */
export async function detailsOf(scored: Scored, signal?: AbortSignal): Promise<DetailedScores> {
  const { scores, rows, embedded, evidence, maxTokens } = scored
  const promptDetail = ({ tokens, truncated }: CachedEmbedding, place?: Placement): PromptDetail => ({
    tokens: Math.min(tokens, maxTokens),
    truncated,
    familiarity: place === undefined ? null : place.familiarity,
  })
  if (evidence === undefined) {
    const prompts = embedded.map((embedding) => promptDetail(embedding))
    return { scores, details: await detailsOfLlms(scores, () => withoutInterval, signal), prompts }
  }
  const places = await mapYielding(embedded, ({ vector }) => placeOf(vector, evidence.regions), signal)
  const prompts = embedded.map((embedding, p) => promptDetail(embedding, at(places, p)))
  const ofLlm = (llm: string): PairDetails => withIntervals(valueAt(rows, llm), places, evidence)
  return { scores, details: await detailsOfLlms(scores, ofLlm, signal), prompts }
}

/** The details of one LLM, by the score and the index of a prompt. */
type PairDetails = (score: number, prompt: number) => PairDetail

async function detailsOfLlms(
  scores: Scores,
  ofLlm: (llm: string) => PairDetails,
  signal: AbortSignal | undefined,
): Promise<Map<string, PairDetail[]>> {
  const details = await mapYielding(
    [...scores],
    ([llm, ofPrompts]): [string, PairDetail[]] => [llm, Array.from(ofPrompts, ofLlm(llm))],
    signal,
  )
  return new Map(details)
}

function withoutInterval(probability: number): PairDetail {
  return { probability, low: null, high: null, evidence: null }
}

function withIntervals(row: LlmRow, places: readonly Placement[], evidence: Evidence): PairDetails {
  const { interval, deviations } = evidence
  const outcomes = rowOf(evidence.outcomes, row)
  return (probability, prompt) => {
    const { region, familiarity } = at(places, prompt)
    const found = at(outcomes, region)
    const reach = deviations * logitDeviation(interval, found, familiarity)
    return { probability, ...intervalAround(probability, reach), evidence: found }
  }
}
