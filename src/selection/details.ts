import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import type { Evidence } from '../registry/evidence.js'
import { intervalAround, logitDeviation } from '../calibration/interval.js'
import { placeOf } from '../calibration/regions.js'
import type { Placement } from '../calibration/regions.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { DetailedScores, PairDetail, PromptDetail, Scores } from './requests.js'

/** What was scored, and with what. P prompts. */
interface Scored {
  scores: Scores
  /** LLM of `scores` -> row of the LLM embedding. */
  rows: ReadonlyMap<string, number>
  /** [P] */
  embedded: readonly CachedEmbedding[]
  evidence: Evidence | undefined
  /** Tokens that the encoder reads of a prompt at most. */
  maxTokens: number
}

/** Adds to scores what is known of them, in turns: a thousand prompts take 100 ms, the intervals of as many for 300 LLMs again as much. */
export async function detailsOf(scored: Scored, signal?: AbortSignal): Promise<DetailedScores> {
  const { scores, rows, embedded, evidence, maxTokens } = scored
  const places = await mapYielding(
    embedded,
    ({ vector }) => (evidence === undefined ? undefined : placeOf(vector, evidence.regions)),
    signal,
  )
  const prompts = embedded.map(({ tokens, truncated }, p): PromptDetail => {
    return { tokens: Math.min(tokens, maxTokens), truncated, familiarity: places[p]?.familiarity ?? null }
  })
  const details = await mapYielding(
    [...scores],
    ([llm, values]): [string, PairDetail[]] => [
      llm,
      Array.from(values, (score, p) => pairDetail(score, rows.get(llm) ?? 0, places[p], evidence)),
    ],
    signal,
  )
  return { scores, details: new Map(details), prompts }
}

function pairDetail(
  probability: number,
  row: number,
  place: Placement | undefined,
  evidence: Evidence | undefined,
): PairDetail {
  if (evidence === undefined || place === undefined) {
    return { probability, low: null, high: null, evidence: null }
  }
  const { regions, outcomes, interval, deviations } = evidence
  const found = outcomes[row * regions.count + place.region] ?? 0
  const reach = deviations * logitDeviation(interval, found, place.familiarity)
  return { probability, ...intervalAround(probability, reach), evidence: found }
}
