import type { Card } from '../card.js'

/** Bounds of `batchSize`, and what it is where nobody says. */
export const BATCH_SIZE = { smallest: 1, largest: 1024, default: 128 } as const

/** What `POST /infer` asks, validated: a saved model, LLM names and prompts, both in the order of the request. */
export interface InferRequest {
  /** `"<type>/<name>"` */
  model: string
  llms: readonly string[]
  prompts: readonly string[]
  /** Most (prompt, LLM) pairs that the network scores at once. */
  batchSize: number
}

/** LLM -> one score per prompt, LLMs and prompts in the order of the request, an LLM that was named twice once. */
export type Scores = ReadonlyMap<string, Float32Array>

/** A line of `GET /models`. */
export interface ModelSummary {
  /** `"<type>/<name>"`, as a request names it. */
  model: string
  /** Empty where the saved model is broken. */
  llms: readonly string[]
  /** Name of the encoder; null where the saved model is broken. */
  encoder: string | null
  /** Whether it is in memory now. */
  loaded: boolean
  /** Why it cannot be used, for a saved model that is broken. */
  error?: string
}

/** `GET /models/<type>/<name>`: the summary with the whole card. */
export interface ModelDescription extends ModelSummary {
  card: Card
}
