import type { RequestTrace } from '../telemetry/requestTrace.js'
import type { CachedEmbedding } from './cache/embedding.js'

/** What turns prompts into vectors, whatever kind of encoder it rests on. E: its dimension. */
export interface Embedder {
  readonly dimension: number
  /** Of the weights: by it a saved model names the encoder that it was trained with. */
  readonly sha256: string
  /** Of everything that vectors rest on but the precision: by it a saved model holds the encoder to that of its training. */
  readonly identity: string
  /** Changes with everything that vectors rest on, the tokenizer and the precision included: names them in caches. */
  readonly fingerprint: string
  /** Number format, for the name of a file of vectors. */
  readonly precision: string
  /** Whether vectors are summed up where the request is, in microseconds: no engine, no thread, nothing worth a cache. */
  readonly isStatic: boolean
  /** Tokens that are read of a prompt at most. */
  readonly maxTokens: number
  /** The encoders whose vectors are concatenated, in order; none for a single encoder. */
  readonly parts: readonly { name: string; embedder: Embedder }[]
  /**
   * Of a prompt that is truncated, `tokens` are those that were found: at least one more than is read.
   * @param signal drops the work that is still to be done when nobody waits for it any more; the promise then rejects.
   * @param trace is told of stages and of what a cache had.
   * @returns the embedding of each prompt, in order. Vectors may be shared with a cache: nobody may write into them.
   * @throws LLimitError OVERLOADED, ENGINE_UNAVAILABLE
   */
  embed(prompts: readonly string[], signal?: AbortSignal, trace?: RequestTrace): Promise<CachedEmbedding[]>
  /** How many tokens a prompt has, also beyond those that are read. */
  countTokens(prompt: string, signal?: AbortSignal): Promise<number>
  close(): Promise<void>
}
