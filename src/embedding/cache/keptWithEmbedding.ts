import type { CachedEmbedding } from './embedding.js'

/**
 * What follows from a prompt, kept for as long as the cache keeps its embedding. Only the value for one specification is kept of
 * each prompt, the last one asked for, so that memory stays what `bytesOfEmbedding` says, however many saved models there are.
 */
export class KeptWithEmbedding<Spec extends object, Value> {
  readonly #known = new WeakMap<CachedEmbedding, { spec: Spec; value: Value }>()

  get(embedding: CachedEmbedding, spec: Spec): Value | undefined {
    const known = this.#known.get(embedding)
    return known?.spec === spec ? known.value : undefined
  }

  /** @param value shared by whoever asks again: nobody may write into it. */
  set(embedding: CachedEmbedding, spec: Spec, value: Value): void {
    this.#known.set(embedding, { spec, value })
  }
}
