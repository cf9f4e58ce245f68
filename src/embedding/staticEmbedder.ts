import type { StaticEmbedding, StaticEncoder } from '../encoder/static/staticEncoder.js'
import { at } from '../numeric/at.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'
import { mapYielding, Steps } from '../thread/mapYielding.js'
import { LONG_TEXT } from '../tokenizer/textParts.js'
import { bytesOfEmbedding } from './cache/embedding.js'
import type { CachedEmbedding } from './cache/embedding.js'
import { MemoryCache } from './cache/memoryCache.js'
import type { Embedder } from './embedder.js'

/**
 * Memory for the prompts of late: a retry, or one prompt that several ask about. To encode one takes a tenth of a millisecond, so
 * that more would not pay; what is computed from the vector, and kept with it, takes three times as long.
 */
const MAX_RECENT_BYTES = 8 * 2 ** 20

/** A static encoder where the request is. */
export class StaticEmbedder implements Embedder {
  readonly isStatic = true
  readonly precision = 'static'
  readonly parts = []
  readonly identity: string
  readonly #encoder: StaticEncoder
  readonly #recent: MemoryCache<CachedEmbedding>

  /** @param maxBytes that a cache may take */
  constructor(encoder: StaticEncoder, identity: string, maxBytes: number) {
    this.#encoder = encoder
    this.identity = identity
    this.#recent = new MemoryCache(Math.min(maxBytes, MAX_RECENT_BYTES), bytesOfEmbedding)
  }

  get dimension(): number {
    return this.#encoder.dimension
  }

  get sha256(): string {
    return this.#encoder.spec.sha256
  }

  get fingerprint(): string {
    return this.#encoder.spec.fingerprint
  }

  get maxTokens(): number {
    return this.#encoder.maxTokens
  }

  async embed(
    prompts: readonly string[],
    signal?: AbortSignal,
    trace?: RequestTrace,
  ): Promise<CachedEmbedding[]> {
    let computed = 0
    const encode = (prompt: string) => {
      const known = this.#recent.get(prompt)
      if (known !== undefined) return known
      computed++
      return this.#encode(prompt)
    }
    const embedded = await mapYielding(prompts, encode, signal)
    if (trace !== undefined) {
      trace.lap('encode')
      trace.cacheMisses += computed
      trace.cacheHits += prompts.length - computed
    }
    return embedded
  }

  async countTokens(prompt: string, signal?: AbortSignal): Promise<number> {
    return at(await this.embed([prompt], signal), 0).tokens
  }

  #encode(prompt: string): StaticEmbedding | Steps<StaticEmbedding> {
    if (prompt.length > LONG_TEXT) return new Steps(this.#inSteps(prompt))
    const embedding = this.#encoder.encode(prompt)
    this.#recent.set(prompt, embedding)
    return embedding
  }

  *#inSteps(prompt: string): Generator<void, StaticEmbedding> {
    const embedding = yield* this.#encoder.encodeInSteps(prompt)
    this.#recent.set(prompt, embedding)
    return embedding
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
