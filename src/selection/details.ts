import type { Placement } from '../calibration/regions.js'
import type { Card } from '../card.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { at, valueAt } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import type { Evidence } from '../registry/evidence.js'
import type { Lengths } from '../registry/lengths.js'
import { ComputedMap } from './computedMap.js'
import { LlmScores } from './llmScores.js'
import type { KnownOfPrompts } from './llmScores.js'
import { lengthPromptsOf } from './outputTokens.js'
import type { DetailedScores, PairDetail, PromptDetail, Scores } from './requests.js'

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

/** Prompts as a saved model sees them. */
export interface Observed {
  scored: Scored
  /** Name as asked -> name that the saved model has, where they differ. */
  resolved: ReadonlyMap<string, string>
  card: Card
  /** Identity of the encoder. */
  encoder: string
}

/** Scores with what is known of them. */
export interface KnownScores {
  scores: Scores
  prompts: readonly PromptDetail[]
  of: (llm: string) => LlmScores
}

/** Finds what is known of scores, yielding. */
export async function knownScoresOf(scored: Scored, signal?: AbortSignal): Promise<KnownScores> {
  const { scores, rows, embedded, evidence, places, lengths, maxTokens } = scored
  const known: KnownOfPrompts = {
    evidence: evidence && places && { evidence, places },
    lengths: lengths && { lengths, prompts: await lengthPromptsOf(lengths, scored, signal) },
  }
  const prompts = embedded.map(({ tokens, truncated }, p): PromptDetail => {
    const read = { tokens: Math.min(tokens, maxTokens), truncated }
    if (known.evidence === undefined) return { ...read, familiarity: null, category: null }
    const { region, familiarity } = at(known.evidence.places, p)
    return { ...read, familiarity, category: categoryOf(region, known.evidence.evidence) }
  })
  const of = (llm: string) => new LlmScores(valueAt(rows, llm), valueAt(scores, llm), known)
  return { scores, prompts, of }
}

/** The same as an answer lists it. Details of an LLM are computed whenever they are asked for. */
export function detailedScores({ scores, prompts, of }: KnownScores): Omit<DetailedScores, 'resolved'> {
  const details = new ComputedMap(scores, (llm, { length }) => {
    const ofLlm = of(llm)
    const own: PairDetail[] = []
    // Array.from takes twice as long, and there are hundreds of LLMs for a prompt.
    for (let p = 0; p < length; p++) own.push(ofLlm.detail(p))
    return own
  })
  return { scores, details, prompts }
}

/** '' stands for training prompts without one. */
function categoryOf(region: number, { categories }: Evidence): string | null {
  const category = categories === undefined ? '' : at(categories, region)
  return category === '' ? null : category
}
