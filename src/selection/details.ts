import { intervalAround, logitDeviation, ownDeviation } from '../calibration/interval.js'
import type { Placement } from '../calibration/regions.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { at, valueAt } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { cellOf } from '../numeric/matrix.js'
import type { Evidence } from '../registry/evidence.js'
import type { Lengths } from '../registry/lengths.js'
import { mapYielding } from '../thread/mapYielding.js'
import { ComputedMap } from './computedMap.js'
import { outputTokensOf, promptPartsOf } from './outputTokens.js'
import type { DetailedScores, PairDetail, PromptDetail, Scores } from './requests.js'

/** Outcomes on a category from which on they say more of an LLM there than those on all others. */
const MIN_JUDGED = 10

/** What was scored, and with what. P prompts. */
export interface Scored {
  scores: Scores
  /** LLM of `scores` -> row of the LLM embedding. */
  rows: ReadonlyMap<string, LlmRow>
  /** [P] */
  embedded: readonly CachedEmbedding[]
  evidence: Evidence | undefined
  /** [P] of the prompts, if there is evidence. */
  places: readonly Placement[] | undefined
  /** [P] of [F] */
  features: readonly Float32Array[]
  lengths: Lengths | undefined
  /** Tokens that the encoder reads of a prompt at most. */
  maxTokens: number
}

/**
 * Adds to scores what is known of them, yielding: a thousand prompts take 100 ms, their intervals for 300 LLMs again as
 * much.
 */
export async function detailsOf(
  scored: Scored,
  signal?: AbortSignal,
): Promise<Omit<DetailedScores, 'resolved'>> {
  const lazy = await lazyDetailsOf(scored, signal)
  const { details } = lazy
  const found = await mapYielding(
    [...details.keys()],
    (llm): [string, readonly PairDetail[]] => [llm, valueAt(details, llm)],
    signal,
  )
  return { ...lazy, details: new Map(found) }
}

/**
 * The same where each detail is looked at once: those of an LLM are computed when they are asked for, and not kept. A million
 * objects would take 300 MB, and the collector of garbage a tenth of a second of the event loop.
 */
export async function lazyDetailsOf(
  scored: Scored,
  signal?: AbortSignal,
): Promise<Omit<DetailedScores, 'resolved'>> {
  const { scores, rows, embedded, evidence, places, maxTokens } = scored
  const withLengths = await lengthsOf(scored, signal)
  const isKnown = evidence !== undefined && places !== undefined
  const prompts = embedded.map(({ tokens, truncated }, p): PromptDetail => {
    const read = { tokens: Math.min(tokens, maxTokens), truncated }
    if (!isKnown) return { ...read, familiarity: null, category: null }
    const { region, familiarity } = at(places, p)
    return { ...read, familiarity, category: categoryOf(region, evidence) }
  })
  const ofLlms = new Map(
    Array.from(scores.keys(), (llm) => {
      const own = isKnown ? withIntervals(valueAt(rows, llm), places, evidence) : withoutInterval
      return [llm, withLengths(llm, own)]
    }),
  )
  const details = new ComputedMap(ofLlms, (llm, detail) => {
    const ofPrompts = valueAt(scores, llm)
    const own: PairDetail[] = []
    // Array.from takes twice as long, and there are hundreds of LLMs for a prompt.
    for (let p = 0; p < ofPrompts.length; p++) own.push(detail(at(ofPrompts, p), p))
    return own
  })
  return { scores, details, prompts }
}

/** The details of one LLM, by the score and the index of a prompt. */
type PairDetails = (score: number, prompt: number) => PairDetail

/** What adds the lengths of answers to the details of an LLM, if the saved model knows them. */
async function lengthsOf(
  { rows, embedded, features, lengths }: Scored,
  signal: AbortSignal | undefined,
): Promise<(llm: string, details: PairDetails) => PairDetails> {
  if (lengths === undefined) return (_llm, details) => details
  const parts = await promptPartsOf(lengths, embedded, features, signal)
  return (llm, details) => {
    const row = valueAt(rows, llm)
    return (score, prompt) => {
      const detail = details(score, prompt)
      detail.output_tokens = outputTokensOf(lengths, at(parts, prompt), row)
      return detail
    }
  }
}

function withoutInterval(probability: number): PairDetail {
  return {
    probability,
    low: null,
    high: null,
    evidence: null,
    judged_on_this_kind: null,
    standard_error: null,
  }
}

/** '' stands for training prompts without one. */
function categoryOf(region: number, { categories }: Evidence): string | null {
  const category = categories === undefined ? '' : at(categories, region)
  return category === '' ? null : category
}

function withIntervals(row: LlmRow, places: readonly Placement[], evidence: Evidence): PairDetails {
  const { interval, deviations, outcomes } = evidence
  return (probability, prompt) => {
    const { region, familiarity } = at(places, prompt)
    const found = cellOf(outcomes, row, region)
    const reach = deviations * logitDeviation(interval, found, familiarity)
    const { low, high } = intervalAround(probability, reach)
    return {
      probability,
      low,
      high,
      evidence: found,
      judged_on_this_kind: found >= MIN_JUDGED,
      standard_error: ownDeviation(interval, found),
    }
  }
}
