import { intervalAround, logitDeviation, ownDeviation } from '../calibration/interval.js'
import type { Placement } from '../calibration/regions.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { at, valueAt } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { cellOf } from '../numeric/matrix.js'
import type { Evidence } from '../registry/evidence.js'
import type { Lengths } from '../registry/lengths.js'
import { mapYielding } from '../thread/mapYielding.js'
import { outputTokensOf, promptPartsOf } from './outputTokens.js'
import type { DetailedScores, PairDetail, PromptDetail, Scores } from './requests.js'

/** Outcomes on a category from which on they say more of an LLM there than those on all others. */
const MIN_JUDGED = 10

/** What was scored, and with what. P prompts. */
interface Scored {
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
  const { scores, rows, embedded, evidence, places, maxTokens } = scored
  const withLengths = await lengthsOf(scored, signal)
  const promptDetail = ({
    tokens,
    truncated,
  }: CachedEmbedding): Omit<PromptDetail, 'familiarity' | 'category'> => ({
    tokens: Math.min(tokens, maxTokens),
    truncated,
  })
  if (evidence === undefined || places === undefined) {
    const prompts = embedded.map((own) => ({ ...promptDetail(own), familiarity: null, category: null }))
    const ofLlm = (llm: string) => withLengths(llm, withoutInterval)
    return { scores, details: await detailsOfLlms(scores, ofLlm, signal), prompts }
  }
  const prompts = embedded.map((own, p) => {
    const { region, familiarity } = at(places, p)
    return { ...promptDetail(own), familiarity, category: categoryOf(region, evidence) }
  })
  const ofLlm = (llm: string) => withLengths(llm, withIntervals(valueAt(rows, llm), places, evidence))
  return { scores, details: await detailsOfLlms(scores, ofLlm, signal), prompts }
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

async function detailsOfLlms(
  scores: Scores,
  ofLlm: (llm: string) => PairDetails,
  signal: AbortSignal | undefined,
): Promise<Map<string, PairDetail[]>> {
  const details = await mapYielding(
    [...scores],
    ([llm, ofPrompts]): [string, PairDetail[]] => {
      const detailsOfPrompt = ofLlm(llm)
      const own: PairDetail[] = []
      // Array.from takes twice as long, and there are hundreds of LLMs for a prompt.
      for (let p = 0; p < ofPrompts.length; p++) own.push(detailsOfPrompt(at(ofPrompts, p), p))
      return [llm, own]
    },
    signal,
  )
  return new Map(details)
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
