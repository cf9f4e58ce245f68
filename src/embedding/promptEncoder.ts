import { Batcher } from '../batch/batcher.js'
import { systemClock } from '../batch/clock.js'
import { embeddingKey } from './cache/embeddingKey.js'
import type { CachedEmbedding } from './cache/embedding.js'
import type { PromptCache } from './cache/promptCache.js'
import type { Encoder } from '../encoder/encoder.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { mapYielding } from '../thread/mapYielding.js'

/** How long a batch should keep an engine: what a short request may have to wait for the batch before its own. */
const BATCH_MS = 60

/** The same for a request that is alone: larger batches take less time per token, and the first who comes waits once. */
const LONE_BATCH_MS = 120

/** Tokens of a batch, whatever the speed. */
const LARGEST_BATCH = 4096

/** What is used of an encoder. */
type EncoderOfPrompts = Pick<Encoder, 'spec' | 'engine' | 'concurrency' | 'encode' | 'close'>

interface Parts {
  tokenizer: Tokenizer
  encoder: EncoderOfPrompts
  /** Shared by all encoders: keys name the encoder. */
  cache: PromptCache<CachedEmbedding>
  /** Tokens that may be queued before requests are refused. */
  maxQueuedTokens: number
}

/** What turns text into vectors: tokenizer, cache, batcher and encoder of one encoder directory. */
export class PromptEncoder {
  readonly encoder: EncoderOfPrompts
  readonly #tokenizer: Tokenizer
  readonly #cache: PromptCache<CachedEmbedding>
  readonly #batcher: Batcher<Int32Array, Float32Array>

  constructor({ tokenizer, encoder, cache, maxQueuedTokens }: Parts) {
    this.encoder = encoder
    this.#tokenizer = tokenizer
    this.#cache = cache
    const budgetOf = (ms: number) =>
      batchBudget((encoder.engine.tokensPerSecond * ms) / 1000, tokenizer.maxTokens)
    const [shared, lone] = [budgetOf(BATCH_MS), budgetOf(LONE_BATCH_MS)]
    this.#batcher = new Batcher({
      costOf: (ids) => ids.length,
      run: (prompts) => encoder.encode(prompts),
      budget: (alone) => (alone ? lone : shared),
      maxQueued: maxQueuedTokens,
      concurrency: encoder.concurrency,
      clock: systemClock,
    })
  }

  /** Tokens that the encoder reads of a prompt at most. */
  get maxTokens(): number {
    return this.#tokenizer.maxTokens
  }

  /**
   * @param signal drops the work that is still queued when nobody waits for it any more; the promise then rejects.
   * @returns the embedding of each prompt, in order. Vectors are shared with the cache: nobody may write into them.
   * @throws LLimitError OVERLOADED, ENGINE_UNAVAILABLE
   */
  embed(prompts: readonly string[], signal?: AbortSignal): Promise<CachedEmbedding[]> {
    const { spec, engine } = this.encoder
    const keys = prompts.map((prompt) => embeddingKey(spec.fingerprint, engine.precision, prompt))
    return this.#cache.getMany(
      keys,
      (missing) =>
        this.#compute(
          missing.map((i) => prompts[i] ?? ''),
          signal,
        ),
      signal,
    )
  }

  async close(): Promise<void> {
    this.#batcher.close()
    await this.encoder.close()
  }

  async #compute(prompts: readonly string[], signal: AbortSignal | undefined): Promise<CachedEmbedding[]> {
    const tokenize = (prompt: string) => {
      // While there is no room, the more work a request would be, the longer it would wait for its refusal.
      this.#batcher.refuseIfFull()
      return this.#tokenizer.encode(prompt)
    }
    const tokenized = await mapYielding(prompts, tokenize, signal)
    const vectors = await this.#batcher.submit(
      tokenized.map(({ ids }) => ids),
      { signal },
    )
    return vectors.map((vector, p) => {
      const { tokens = 0, truncated = false } = tokenized[p] ?? {}
      return { vector, tokens, truncated }
    })
  }
}

/**
 * The batcher lets a short request into the next batch where it fits into half of one, so a batch holds two of the
 * longest prompts at least: with less, a long prompt waited for the end of every request of a thousand before it.
 */
function batchBudget(tokens: number, longestPrompt: number): number {
  return Math.min(LARGEST_BATCH, Math.max(2 * longestPrompt, Math.round(tokens)))
}
