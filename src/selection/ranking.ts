import type { Current } from '../decision/decide.js'
import type { Spending } from '../decision/decideWithin.js'
import type { Objective } from '../decision/objective.js'
import type { AbstainedReason } from './abstention.js'
import type { PricesAsOf, PriceSource } from './llmPrices.js'
import { BATCH_SIZE } from './requests.js'
import type { InferRequest } from './requests.js'

/** An LLM that may be chosen, with what the request says of it. */
export interface RankCandidate {
  /** As asked; `*` alone stands for every LLM of the saved model. */
  llm: string
  /** Dollars for a million tokens; null: not said. If one is said, the other is not looked for elsewhere. */
  inputPrice: number | null
  outputPrice: number | null
  /** Tokens of prompt and answer together that it takes; null: not said. */
  contextLimit: number | null
  /** That its answer will have; null: not said. */
  outputTokens: number | null
}

/** A candidate of which nothing is said but its name, and perhaps the length of its answers. */
export function candidateNamed(llm: string, outputTokens: number | null = null): RankCandidate {
  return { llm, inputPrice: null, outputPrice: null, contextLimit: null, outputTokens }
}

/** The objective as a request names it: what a guard leaves out stands in the card of the saved model. */
export type RankObjective =
  | Exclude<Objective, { type: 'guarded' | 'sufficient' }>
  | { type: 'guarded'; baseline?: string; z?: number }
  | { type: 'sufficient' }

/** Of several questions about the same prompts: the first that is answered leaves their embeddings to the others. */
export interface SharedEmbeddings {
  found?: InferRequest['embedded']
}

/** What `POST /rank` asks, validated. */
export interface RankRequest {
  /** `"<type>/<name>"` */
  model: string
  prompts: readonly string[]
  shared?: SharedEmbeddings
  /** [P] what is sent to an LLM, by which it is priced; the prompts alone by default. */
  inputTexts?: readonly string[]
  /** Whether names must be those that the saved model has; else they are resolved, if it was trained here. */
  exactNames?: boolean
  /** Undefined: every LLM of the saved model. */
  candidates: readonly RankCandidate[] | undefined
  objective: RankObjective
  current: Current | undefined
  /** Whether there is no choice below the bounds of the card, as by default. */
  abstains?: boolean
  /** What to name as the fallback where there is no choice, whether or not it is an LLM. */
  fallback?: string | undefined
  /** LLM -> score in [0, 1] of an attempt on the prompt, of which there is one only. */
  outcomes: ReadonlyMap<string, number>
  /** Of each answer, for candidates that say nothing else; null: unknown. */
  outputTokens: number | null
  /** Entries of `ranked` that are answered; undefined: all. */
  top: number | undefined
  /** Whether the answer has explanations; for up to `MAX_EXPLAINED.prompts` prompts. */
  explains?: boolean
  /** Whether the answer has `sufficiency`, whatever the objective. */
  withSufficiency?: boolean
}

/** What is scored of a request. */
export function promptsOf({ model, prompts, shared }: RankRequest): Omit<InferRequest, 'llms'> {
  const scored = { model, prompts, batchSize: BATCH_SIZE.default }
  return shared?.found === undefined ? scored : { ...scored, embedded: shared.found }
}

export interface RankedLlm {
  llm: string
  /** That it succeeds, given the outcomes of the request. */
  probability: number
  /** Ends of its interval, and outcomes on the category: null if the saved model does not say what it was trained on. */
  low: number | null
  high: number | null
  evidence: number | null
  /** Of the prompt, by which it is priced. */
  input_tokens: number
  output_tokens: number | null
  /** Dollars for a million tokens, and where they come from; null: unknown. */
  input_price: number | null
  output_price: number | null
  price_source: PriceSource | null
  /** Provider and name under which a file or the table lists the price; null: neither has it. */
  listed_as: string | null
  /** Of prompt and answer, in dollars; null: unknown. */
  cost: number | null
  /** By the objective; null if it may not be chosen. */
  utility: number | null
}

/** Candidates that were left out, by the reason. */
export interface Excluded {
  /** The objective needs costs. */
  unknown_cost: string[]
  /** Prompt and answer have more tokens than they take. */
  over_context_limit: string[]
  /** `outcomes` has them. */
  tried: string[]
}

/** What moves the logit of an LLM away from that of the average prompt. */
export interface Contributions {
  /** Logit at the average prompt: the mean of the training regions, numeric features at their mean, no other feature. */
  average: number
  /** Of the embedding, and of each group of features: Shapley values of the logit that the network gives. */
  embedding: number
  length: number
  structure: number
  subject: number
  tone: number
  task: number
  format: number
  /** Of the level that unfamiliar prompts are given. */
  familiarity: number
  /** Of the outcomes in the request. */
  outcomes: number
  /** That of the probability: the sum of all the above. */
  logit: number
}

/** A category of training prompts. */
export interface NearKind {
  category: string
  /** Cosine of the prompt to the nearest of its regions. */
  similarity: number
  /** LLM -> outcomes on it. */
  outcomes: Record<string, number>
  /** LLM -> their mean score, of those with outcomes; absent if the saved model does not keep it. */
  success_rate?: Record<string, number>
}

export interface Explanation {
  /** The nearest first; none if the card names no categories. */
  kinds: NearKind[]
  /** LLM -> contributions. */
  contributions: Record<string, Contributions>
}

export interface PromptRanking {
  choice: string | null
  reason: string
  /** Whether there is no choice. */
  abstained: boolean
  /** Null if there is a choice. */
  abstained_reason: AbstainedReason | null
  /** What to take if there is none. */
  fallback: string | null
  ranked: RankedLlm[]
  excluded: Excluded
  pareto: string[]
  margin: number | null
  /** Estimated tokens of what is sent to an LLM, by which the prompt is priced. */
  input_tokens: number
  /** Tokens that the encoder read. */
  tokens: number
  truncated: boolean
  familiarity: number | null
  /** Candidate -> probability that it is the cheapest that succeeds; without those that have no place in the order. */
  sufficiency?: ReadonlyMap<string, number>
  /** Of the first LLMs of `ranked`. Absent: nobody asked. */
  explanation?: Explanation
}

export interface RankAnswer {
  /** With names as asked. All but the first may be decided while they are looped over, each time. */
  prompts: Iterable<PromptRanking>
  /** Name as asked -> name that the saved model has, for each that was resolved to another one. */
  resolved: ReadonlyMap<string, string>
  /** Candidates that the saved model does not know. */
  unknown: string[]
  /** Unknown name -> names that may have been meant. */
  suggestions: ReadonlyMap<string, readonly string[]>
  /** The saved model, with its version. */
  model: string
  prices_as_of: PricesAsOf
  /** What the choices cost; for a budget that allows any. */
  spending?: Spending
}
