import { valueAt } from '../numeric/at.js'

/** A map whose values are computed whenever they are asked for, and kept nowhere. */
export class ComputedMap<K, S, V> implements ReadonlyMap<K, V> {
  readonly #sources: ReadonlyMap<K, S>
  readonly #compute: (key: K, source: S) => V

  constructor(sources: ReadonlyMap<K, S>, compute: (key: K, source: S) => V) {
    this.#sources = sources
    this.#compute = compute
  }

  get size(): number {
    return this.#sources.size
  }

  has(key: K): boolean {
    return this.#sources.has(key)
  }

  get(key: K): V | undefined {
    return this.has(key) ? this.#compute(key, valueAt(this.#sources, key)) : undefined
  }

  keys(): MapIterator<K> {
    return this.#sources.keys()
  }

  *values(): MapIterator<V> {
    for (const [, value] of this) yield value
  }

  entries(): MapIterator<[K, V]> {
    return this[Symbol.iterator]()
  }

  *[Symbol.iterator](): MapIterator<[K, V]> {
    for (const [key, source] of this.#sources) yield [key, this.#compute(key, source)]
  }

  forEach(call: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) call(value, key, this)
  }
}
