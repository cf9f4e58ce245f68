import type { StaticEmbedding, StaticEncoder } from '../encoder/static/staticEncoder.js'
import { at } from '../numeric/at.js'
import type { RequestTrace } from '../telemetry/requestTrace.js'
import { mapYielding, Steps } from '../thread/mapYielding.js'
import { LONG_TEXT } from '../tokenizer/textParts.js'
import type { CachedEmbedding } from './cache/embedding.js'
import type { Embedder } from './embedder.js'

/**
 * A static encoder where the request is. Without a cache: hashing a prompt and finding it again would save a tenth of a
 * millisecond, and vectors of prompts that never come again would fill the memory.
 */
export class StaticEmbedder implements Embedder {
  readonly isStatic = true
  readonly precision = 'static'
  readonly parts = []
  readonly identity: string
  readonly #encoder: StaticEncoder

  constructor(encoder: StaticEncoder, identity: string) {
    this.#encoder = encoder
    this.identity = identity
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
    const embedded = await mapYielding(prompts, (prompt) => this.#encode(prompt), signal)
    trace?.lap('encode')
    return embedded
  }

  async countTokens(prompt: string, signal?: AbortSignal): Promise<number> {
    return at(await this.embed([prompt], signal), 0).tokens
  }

  #encode(prompt: string): StaticEmbedding | Steps<StaticEmbedding> {
    if (prompt.length <= LONG_TEXT) return this.#encoder.encode(prompt)
    return new Steps(this.#encoder.encodeInSteps(prompt))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
