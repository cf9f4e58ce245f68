import type { Card } from '../card.js'
import type { CatalogueEntry } from '../catalogue/catalogue.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import type { PriceDescription } from './llmPrices.js'

/** Bounds of `batchSize`, and what it is if a request does not say. */
export const BATCH_SIZE = { min: 1, max: 1024, default: 128 } as const

/** What `POST /infer` asks, validated: a saved model, LLM names and prompts, both in the order of the request. */
export interface InferRequest {
  /** `"<type>/<name>"` */
  model: string
  /** `*` alone: all of the saved model. */
  llms: readonly string[]
  /** Whether a name may stand for the LLM that the saved model calls otherwise, if it was trained here. */
  resolveNames?: boolean
  prompts: readonly string[]
  /** Most (prompt, LLM) pairs that the network scores at once. */
  batchSize: number
  /** Embeddings of the prompts, taken if they are of the encoder that is needed. */
  embedded?: { encoder: string; prompts: readonly CachedEmbedding[] }
}

/** LLM -> one score per prompt, LLMs and prompts in the order of the request, an LLM that was named twice once. */
export type Scores = ReadonlyMap<string, Float32Array>

/** Scores by the names that the request uses. */
export interface NamedScores {
  scores: Scores
  /** Name as asked -> name that the saved model has, for each that was resolved to another one. */
  resolved: ReadonlyMap<string, string>
}

/** What is known of the score of a prompt for an LLM. */
export interface PairDetail {
  /** The score: the probability that the LLM succeeds. */
  probability: number
  /** Ends of its interval; null if the saved model does not say what it was trained on, as below. */
  low: number | null
  high: number | null
  /** Outcomes of the LLM on training prompts of the same category. */
  evidence: number | null
  /** Whether these are enough to say more than outcomes on other categories do. */
  judged_on_this_kind: boolean | null
  /**
   * Of the logit, without what moves the logits of all LLMs together: that of the difference of two logits is the square root of
   * the sum of their squares.
   */
  standard_error: number | null
  /** Absent if the saved model knows nothing of lengths. */
  output_tokens?: OutputTokens
}

/** The length of the answer of an LLM, in tokens. */
export interface OutputTokens {
  /** The mean: what a cost is computed from. */
  expected: number
  median: number
  /** Ends of an interval, at the level of the card. */
  low: number
  high: number
  /** Whether answers of the LLM were counted; else it is the length of those of LLMs like it. */
  measured: boolean
}

/** What is known of a prompt, whatever the LLM. */
export interface PromptDetail {
  /** Tokens that the encoder read, its [CLS] and [SEP] included. */
  tokens: number
  /** Whether the prompt has more of them than the encoder reads. */
  truncated: boolean
  /** Share of held-out prompts that are at most as similar to the training prompts as this one, in [0, 1]. */
  familiarity: number | null
  /** The category of the training prompts that it is most similar to; null if the saved model names none. */
  category: string | null
}

/** Scores with what is known of them: per LLM of `scores` a detail per prompt, and one per prompt. */
export interface DetailedScores extends NamedScores {
  details: ReadonlyMap<string, readonly PairDetail[]>
  prompts: readonly PromptDetail[]
}

/** A line of `GET /models`. */
export interface ModelSummary {
  /** `"<type>/<name>"`, as a request names it. */
  model: string
  /** Empty if the saved model is broken. */
  llms: readonly string[]
  /** Name of the encoder; null if the saved model is broken. */
  encoder: string | null
  /** Null if the saved model is broken. */
  version: number | null
  /** Of its card.json, which holds the checksums of its other files; null if the saved model is broken. */
  sha256: string | null
  /** Whether it is in memory now. */
  loaded: boolean
  /** Why it cannot be used, for a saved model that is broken. */
  error?: string
}

/** An entry of `GET /llms`: what the catalogue says of an LLM, and how much the saved model has seen of it. */
export interface LlmDescription extends CatalogueEntry {
  /** What it costs at its maker or a usual provider, if the file or the table of prices says so. */
  price?: PriceDescription
  /** Outcomes that it was trained on; null if the saved model does not say. */
  outcomes: number | null
}

/** `GET /llms` */
export interface LlmList {
  /** The saved model, as it was asked for. */
  model: string
  version: number
  llms: readonly LlmDescription[]
}

/** `GET /models/<type>/<name>`: the summary with the whole card. */
export interface ModelDescription extends ModelSummary {
  card: Card
}
