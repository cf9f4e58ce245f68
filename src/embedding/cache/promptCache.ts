import { LLimitError } from '../../errors.js'
import { at, valueAt } from '../../numeric/at.js'
import { untilAborted } from '../../thread/untilAborted.js'
import { InFlight } from './inFlight.js'
import type { InFlightValue } from './inFlight.js'
import { MemoryCache } from './memoryCache.js'

/** A cache behind the one in memory, shared by several servers. It may lose anything and never makes a request fail. */
export interface RemoteCache<Value> {
  /** One value per key, in order; undefined for one that it does not have. Never rejects, and answers soon. */
  getMany(keys: readonly string[]): Promise<(Value | undefined)[]>
  /** Does not wait for the value to be stored. */
  set(key: string, value: Value): void
  close(): Promise<void>
}

interface PromptCacheOptions<Value> {
  /** Memory that the values may take; 0 keeps none, and prompts in flight are still shared. */
  maxBytes: number
  bytesOf: (value: Value) => number
  remote?: RemoteCache<Value> | undefined
}

/**
 * Takes a value before the others are there, by its place in `missing`: it is kept, and given to who waits for it, even if the
 * rest is never computed.
 */
export type Deliver<Value> = (place: number, value: Value) => void

/** @returns values for these indices into the keys, in their order. */
export type Compute<Value> = (missing: number[], deliver: Deliver<Value>) => Promise<Value[]>

/**
 * Values by key, single-flight: what is being computed for one request is not computed again for another, unless that
 * other one is smaller, since a single prompt must not wait for a request of a thousand that happens to hold the same one.
 * Everybody is given the same object, so values must not be changed.
 */
export class PromptCache<Value extends object> {
  /** See `PromptCacheOptions`. */
  readonly maxBytes: number
  readonly #memory: MemoryCache<Value>
  readonly #remote: RemoteCache<Value> | undefined
  readonly #inFlight = new InFlight<Value>()

  constructor({ maxBytes, bytesOf, remote }: PromptCacheOptions<Value>) {
    this.maxBytes = maxBytes
    this.#memory = new MemoryCache(maxBytes, bytesOf)
    this.#remote = remote
  }

  /**
   * An error of `compute` fails this call only, as it may be that this call's client has gone: another call that waits for
   * one of its keys then computes that key itself.
   * @param compute called once with all keys that no other call computes, and again only if another call failed.
   * @param signal ends the wait; `compute` looks at it for itself.
   * @returns one value per key, in order.
   * @throws the error of `compute`; the reason of `signal`; LLimitError INTERNAL if `compute` gives too few or too many.
   */
  async getMany(keys: readonly string[], compute: Compute<Value>, signal?: AbortSignal): Promise<Value[]> {
    const indices = firstIndices(keys)
    const values = new Map<string, Value>()
    while (values.size < indices.size) {
      signal?.throwIfAborted()
      const { own, others } = this.#claim(indices, values)
      const all = Promise.all([this.#fetchMissing(own, compute, values), waitFor(others, values)])
      await untilAborted(all, signal)
    }
    return keys.map((key) => valueAt(values, key))
  }

  /** Adds to `values` what memory has; every other key is in flight, for another request or claimed for this one. */
  #claim(indices: ReadonlyMap<string, number>, values: Map<string, Value>) {
    const own: InFlightValue<Value>[] = []
    const others: InFlightValue<Value>[] = []
    for (const [key, index] of indices) {
      if (values.has(key)) continue
      const known = this.#memory.get(key)
      const inFlight = this.#inFlight.get(key)
      if (known !== undefined) values.set(key, known)
      else if (inFlight !== undefined && inFlight.requestSize <= indices.size) others.push(inFlight)
      else own.push(this.#inFlight.claim(key, index, indices.size))
    }
    return { own, others }
  }

  /** Resolves every key of `own`: with a value from the remote cache or from `compute`, or with none. */
  async #fetchMissing(
    own: readonly InFlightValue<Value>[],
    compute: Compute<Value>,
    values: Map<string, Value>,
  ): Promise<void> {
    try {
      const missing = await this.#fetchRemote(own, values)
      if (missing.length === 0) return
      const delivered = new Set<number>()
      const deliver = (place: number, value: Value) => {
        if (delivered.has(place)) return
        delivered.add(place)
        const claimed = at(missing, place)
        this.#deliver(claimed, value, values)
        this.#remote?.set(claimed.key, value)
      }
      const computed = await compute(
        missing.map(({ index }) => index),
        deliver,
      )
      if (computed.length !== missing.length) throw wrongCount(computed.length, missing.length)
      for (const [place, value] of computed.entries()) deliver(place, value)
    } finally {
      for (const { resolve } of own) resolve(undefined)
    }
  }

  /** @returns what the remote cache does not have. */
  async #fetchRemote(
    own: readonly InFlightValue<Value>[],
    values: Map<string, Value>,
  ): Promise<readonly InFlightValue<Value>[]> {
    if (own.length === 0 || this.#remote === undefined) return own
    const found = await this.#remote.getMany(own.map(({ key }) => key))
    return own.filter((claimed, i) => {
      const value = found[i]
      if (value === undefined) return true
      this.#deliver(claimed, value, values)
      return false
    })
  }

  #deliver({ key, resolve }: InFlightValue<Value>, value: Value, values: Map<string, Value>): void {
    values.set(key, value)
    this.#memory.set(key, value)
    resolve(value)
  }
}

/** Each distinct key with its first index. */
function firstIndices(keys: readonly string[]): Map<string, number> {
  const indices = new Map<string, number>()
  keys.forEach((key, i) => {
    if (!indices.has(key)) indices.set(key, i)
  })
  return indices
}

async function waitFor<Value>(
  others: readonly InFlightValue<Value>[],
  values: Map<string, Value>,
): Promise<void> {
  for (const { key, promise } of others) {
    const value = await promise
    if (value !== undefined) values.set(key, value)
  }
}

function wrongCount(got: number, expected: number): LLimitError {
  return new LLimitError('INTERNAL', `Expected ${expected} embeddings, got ${got}`)
}
