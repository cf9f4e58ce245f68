import type { Placement } from '../../calibration/regions.js'
import type { Card } from '../../card.js'
import type { CachedEmbedding } from '../../embedding/cache/embedding.js'
import type { LlmRow } from '../../numeric/indices.js'

/** What a saved model made of the prompts of a request. P prompts, M LLMs. */
export interface Seen {
  /** As the request names it. */
  model: string
  card: Card
  /** Identity of the encoder. */
  encoder: string
  /** [P] */
  prompts: readonly string[]
  /** [P] */
  embedded: readonly CachedEmbedding[]
  /** M LLMs, by the names of the request. */
  rows: ReadonlyMap<string, LlmRow>
  /** [M, P] */
  scores: Float32Array
  /** [P], if the saved model knows them and they were needed. */
  places: readonly Placement[] | undefined
}

/** Is shown what requests ask for. @param signal that of the request; undefined for what nobody asked for */
export type Watch = (signal: AbortSignal | undefined, seen: Seen) => void
