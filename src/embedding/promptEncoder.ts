import { hash } from 'node:crypto'

import { Batcher } from '../batch/batcher.js'
import type { WaitingPlaces } from '../batch/waitingPlaces.js'
import type { CachedEmbedding } from './cache/embedding.js'
import type { Deliver, PromptCache } from './cache/promptCache.js'
import { tooLarge } from '../config/limits.js'
import type { Limits } from '../config/limits.js'
import type { Embedder } from './embedder.js'
import type { Encoder } from '../encoder/encoder.js'
import { at } from '../numeric/at.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'
import { LONG_TEXT } from '../tokenizer/textParts.js'
import type { TokenizedPrompt, Tokenizer } from '../tokenizer/tokenizer.js'
import { mapYielding, Steps } from '../thread/mapYielding.js'

/** How long a batch should keep an engine: what a short request may have to wait for the batch before its own. */
const BATCH_MS = 60

/** The same for a sole request: larger batches take less time per token, and the next request to come waits once. */
const SOLE_BATCH_MS = 120

/** In English. */
const CHARS_PER_TOKEN = 4

/** However fast the engine is. */
const MAX_BATCH_TOKENS = 4096

/** What is used of an encoder; tests have one that they answer for. */
type UsedEncoder = Pick<Encoder, 'spec' | 'engine' | 'concurrency' | 'encode' | 'problem' | 'close'>

/** Tokens of one request, and those that may be queued in front of another one. */
export type EncoderLimits = Pick<Limits, 'tokens' | 'queuedTokens'>

interface PromptEncoderOptions {
  tokenizer: Tokenizer
  encoder: UsedEncoder
  /** See `Embedder`. */
  identity: string
  /** Shared by all encoders: keys name the encoder. */
  cache: PromptCache<CachedEmbedding>
  limits: EncoderLimits
  /** Shared by all encoders. */
  places: WaitingPlaces
  metrics?: Metrics | undefined
}

/** A transformer as an embedder: tokenizer, cache, batcher and encoder of one encoder directory. */
export class PromptEncoder implements Embedder {
  readonly isStatic = false
  readonly parts = []
  readonly identity: string
  readonly encoder: UsedEncoder
  readonly #tokenizer: Tokenizer
  readonly #cache: PromptCache<CachedEmbedding>
  readonly #limits: EncoderLimits
  readonly #batcher: Batcher<Int32Array, Float32Array>

  constructor({ tokenizer, encoder, identity, cache, limits, places, metrics }: PromptEncoderOptions) {
    this.identity = identity
    this.encoder = encoder
    this.#tokenizer = tokenizer
    this.#cache = cache
    this.#limits = limits
    const budgetOf = (ms: number) =>
      batchBudget((encoder.engine.tokensPerSecond * ms) / 1000, tokenizer.maxTokens)
    const [shared, sole] = [budgetOf(BATCH_MS), budgetOf(SOLE_BATCH_MS)]
    this.#batcher = new Batcher({
      costOf: (ids) => ids.length,
      run: (prompts) => encoder.encode(prompts),
      budget: (isSoleRequest) => (isSoleRequest ? sole : shared),
      maxQueued: limits.queuedTokens,
      maxWaiting: places.share(() => this.#batcher.waitingRequests),
      concurrency: encoder.concurrency,
      onBatch: (tokens, budget) => metrics?.batchStarted(tokens / budget),
    })
  }

  get dimension(): number {
    return this.encoder.spec.bert.hidden_size
  }

  get sha256(): string {
    return this.encoder.spec.sha256
  }

  get precision(): string {
    return this.encoder.engine.precision
  }

  get fingerprint(): string {
    return `${this.encoder.spec.fingerprint}:${this.precision}`
  }

  get maxTokens(): number {
    return this.#tokenizer.maxTokens
  }

  /** Tokens that wait for the encoder. */
  get queuedTokens(): number {
    return this.#batcher.queuedTokens
  }

  async embed(
    prompts: readonly string[],
    signal?: AbortSignal,
    trace?: RequestTrace,
  ): Promise<CachedEmbedding[]> {
    const { fingerprint } = this
    let computed = 0
    const keys = await mapYielding(prompts, (prompt) => embeddingKey(fingerprint, prompt), signal)
    const compute = (missing: number[], deliver: Deliver<CachedEmbedding>) => {
      trace?.lap('cache')
      computed += missing.length
      return this.#compute(
        missing.map((p) => at(prompts, p)),
        deliver,
        signal,
        trace,
      )
    }
    const embeddings = await this.#cache.getMany(keys, compute, signal)
    if (trace !== undefined) {
      trace.lap('cache')
      trace.cacheMisses += computed
      trace.cacheHits += Math.max(0, prompts.length - computed)
    }
    return embeddings
  }

  problem(): Promise<string | undefined> {
    return this.encoder.problem()
  }

  async close(): Promise<void> {
    this.#batcher.close()
    await this.encoder.close()
  }

  async #compute(
    prompts: readonly string[],
    deliver: Deliver<CachedEmbedding>,
    signal: AbortSignal | undefined,
    trace: RequestTrace | undefined,
  ): Promise<CachedEmbedding[]> {
    // Before anything is tokenized: the more work a request would be, the longer it would wait for its rejection.
    const place = this.#batcher.admit(this.#likelyTokens(prompts))
    try {
      const tokenized = await this.#tokenize(prompts, signal)
      trace?.lap('tokenize')
      const ids = tokenized.map((prompt) => prompt.ids)
      const embeddingOf = (p: number, vector: Float32Array): CachedEmbedding => {
        const { tokens, truncated } = at(tokenized, p)
        return { vector, tokens, truncated }
      }
      // Each is kept when it is there, so that a request which is cut off has not been for nothing.
      const onResult = (p: number, vector: Float32Array) => deliver(p, embeddingOf(p, vector))
      const vectors = await this.#batcher.submit(ids, { signal, place, onResult })
      trace?.lap('encode')
      return vectors.map((vector, p) => embeddingOf(p, vector))
    } finally {
      place.release()
    }
  }

  /** @throws LLimitError TOO_LARGE if they have more tokens together than a request may have. */
  #tokenize(prompts: readonly string[], signal: AbortSignal | undefined) {
    const { tokens: limit } = this.#limits
    let read = 0
    const counted = (tokenized: TokenizedPrompt) => {
      read += tokenized.ids.length
      if (read > limit) throw tooLarge('tokens', 'prompts', limit, `at least ${read}`)
      return tokenized
    }
    return mapYielding(
      prompts,
      (prompt) => {
        if (prompt.length <= LONG_TEXT) return counted(this.#tokenizer.encode(prompt))
        return new Steps(resultOf(this.#tokenizer.encodeInSteps(prompt), counted))
      },
      signal,
    )
  }

  async countTokens(prompt: string, signal?: AbortSignal): Promise<number> {
    return at(await mapYielding([prompt], () => new Steps(this.#tokenizer.count(prompt)), signal), 0)
  }

  #likelyTokens(prompts: readonly string[]): number {
    const { maxTokens } = this.#tokenizer
    return prompts.reduce(
      (sum, { length }) => sum + Math.min(maxTokens, 2 + Math.ceil(length / CHARS_PER_TOKEN)),
      0,
    )
  }
}

/**
 * The batcher lets a short request into the next batch if it fits into half of one, so a batch holds two of the
 * longest prompts at least: with less, a long prompt waited for the end of every request of a thousand before it.
 */
function batchBudget(tokens: number, longestPrompt: number): number {
  return Math.min(MAX_BATCH_TOKENS, Math.max(2 * longestPrompt, Math.round(tokens)))
}

/**
 * The key of a prompt's embedding. The hash is strong, so no prompt can be made to get the answer of another one. It is
 * taken over UTF-16, the string as it is: UTF-8 has the same bytes for every lone surrogate.
 * About 1 µs for 60 characters, 33 µs for 20,000.
 *
 * @param encoder fingerprint of the embedder
 */
export function embeddingKey(encoder: string, prompt: string): string {
  return `${encoder}:${hash('sha256', Buffer.from(prompt, 'utf16le'), 'base64url')}`
}

/** The same steps, and then `transform` of what they result in. */
function* resultOf<T, R>(steps: Generator<void, T>, transform: (result: T) => R): Generator<void, R> {
  return transform(yield* steps)
}
