import type { CachedEmbedding } from './embedding.js'

/**
 * What follows from a prompt, kept for as long as the cache keeps its embedding. Only the value for one specification is kept of
 * each prompt, the last one asked for, so that memory stays what `bytesOfEmbedding` says, however many saved models there are.
 * The specification is not: that of a saved model that was replaced has megabytes.
 */
export class KeptWithEmbedding<Spec extends object, Value> {
  readonly #known = new WeakMap<CachedEmbedding, { spec: number; value: Value }>()
  /** Each one's number, by which it is known again. */
  readonly #numbers = new WeakMap<Spec, number>()
  #count = 0

  get(embedding: CachedEmbedding, spec: Spec): Value | undefined {
    const known = this.#known.get(embedding)
    return known !== undefined && known.spec === this.#numbers.get(spec) ? known.value : undefined
  }

  /** The value, computed if it is not there; shared as that of `set`. */
  of(embedding: CachedEmbedding, spec: Spec, compute: () => Value): Value {
    const known = this.get(embedding, spec)
    if (known !== undefined) return known
    const value = compute()
    this.set(embedding, spec, value)
    return value
  }

  /** @param value shared by whoever asks again: nobody may write into it. */
  set(embedding: CachedEmbedding, spec: Spec, value: Value): void {
    let number = this.#numbers.get(spec)
    if (number === undefined) this.#numbers.set(spec, (number = this.#count++))
    this.#known.set(embedding, { spec: number, value })
  }
}
