import { hash } from 'node:crypto'

import { Batcher } from '../batch/batcher.js'
import type { CachedEmbedding } from './cache/embedding.js'
import type { PromptCache } from './cache/promptCache.js'
import type { Limits } from '../config/limits.js'
import type { Embedder } from './embedder.js'
import type { Encoder } from '../encoder/encoder.js'
import { at } from '../numeric/at.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { mapYielding } from '../thread/mapYielding.js'

/** How long a batch should keep an engine: what a short request may have to wait for the batch before its own. */
const BATCH_MS = 60

/** The same for a sole request: larger batches take less time per token, and the next request to come waits once. */
const SOLE_BATCH_MS = 120

/** However fast the engine is. */
const MAX_BATCH_TOKENS = 4096

/** What is used of an encoder; tests have one that they answer for. */
type UsedEncoder = Pick<Encoder, 'spec' | 'engine' | 'concurrency' | 'encode' | 'close'>

/** Tokens of one request, and those that may be queued in front of another one. */
export type EncoderLimits = Pick<Limits, 'tokens' | 'queuedTokens'>

interface PromptEncoderOptions {
  tokenizer: Tokenizer
  encoder: UsedEncoder
  /** Shared by all encoders: keys name the encoder. */
  cache: PromptCache<CachedEmbedding>
  limits: EncoderLimits
}

/** A transformer as an embedder: tokenizer, cache, batcher and encoder of one encoder directory. */
export class PromptEncoder implements Embedder {
  readonly isStatic = false
  readonly parts = []
  readonly encoder: UsedEncoder
  readonly #tokenizer: Tokenizer
  readonly #cache: PromptCache<CachedEmbedding>
  readonly #batcher: Batcher<Int32Array, Float32Array>

  constructor({ tokenizer, encoder, cache, limits }: PromptEncoderOptions) {
    this.encoder = encoder
    this.#tokenizer = tokenizer
    this.#cache = cache
    const budgetOf = (ms: number) =>
      batchBudget((encoder.engine.tokensPerSecond * ms) / 1000, tokenizer.maxTokens)
    const [shared, sole] = [budgetOf(BATCH_MS), budgetOf(SOLE_BATCH_MS)]
    this.#batcher = new Batcher({
      costOf: (ids) => ids.length,
      run: (prompts) => encoder.encode(prompts),
      budget: (isSoleRequest) => (isSoleRequest ? sole : shared),
      maxQueued: limits.queuedTokens,
      concurrency: encoder.concurrency,
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

  embed(prompts: readonly string[], signal?: AbortSignal): Promise<CachedEmbedding[]> {
    const { fingerprint } = this
    const keys = prompts.map((prompt) => embeddingKey(fingerprint, prompt))
    const compute = (missing: number[]) =>
      this.#compute(
        missing.map((p) => at(prompts, p)),
        signal,
      )
    return this.#cache.getMany(keys, compute, signal)
  }

  async close(): Promise<void> {
    this.#batcher.close()
    await this.encoder.close()
  }

  async #compute(prompts: readonly string[], signal: AbortSignal | undefined): Promise<CachedEmbedding[]> {
    const tokenize = (prompt: string) => {
      // While there is no room, the more work a request would be, the longer it would wait for its rejection.
      this.#batcher.rejectIfFull()
      return this.#tokenizer.encode(prompt)
    }
    const tokenized = await mapYielding(prompts, tokenize, signal)
    const ids = tokenized.map((prompt) => prompt.ids)
    const vectors = await this.#batcher.submit(ids, signal)
    return tokenized.map(({ tokens, truncated }, p) => ({ vector: at(vectors, p), tokens, truncated }))
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
