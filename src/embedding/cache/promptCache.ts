import { LLimitError } from '../../errors.js'
import { Flights } from './inFlight.js'
import type { Flight } from './inFlight.js'
import { MemoryCache } from './memoryCache.js'
import type { SecondLevel } from './remoteCache.js'
import { untilAborted } from './untilAborted.js'

export interface PromptCacheOptions<Value> {
  /** Memory that the values may take; 0 keeps none, and prompts in flight are still shared. */
  maxBytes: number
  bytesOf: (value: Value) => number
  secondLevel?: SecondLevel<Value> | undefined
}

/** Prompts since the start by where their values came from, and what is in memory now. */
export interface PromptCacheStats {
  /** From memory. */
  hits: number
  secondLevelHits: number
  /** From an equal prompt of the same request, or one in flight for another request. */
  shared: number
  /** Given to `compute`. */
  misses: number
  entries: number
  bytes: number
}

/** @returns values for these indices into the keys, in their order. */
export type Compute<Value> = (missing: number[]) => Promise<Value[]>

/**
 * Values by key. What is being computed for one request is not computed again for another, unless that other one is
 * smaller: a single prompt must not wait for a request of a thousand that happens to hold the same one. Everybody is given
 * the same object, so values must not be changed.
 */
export class PromptCache<Value extends object> {
  readonly #memory: MemoryCache<Value>
  readonly #secondLevel: SecondLevel<Value> | undefined
  readonly #flights = new Flights<Value>()
  readonly #counts = { hits: 0, secondLevelHits: 0, shared: 0, misses: 0 }

  constructor({ maxBytes, bytesOf, secondLevel }: PromptCacheOptions<Value>) {
    this.#memory = new MemoryCache(maxBytes, bytesOf)
    this.#secondLevel = secondLevel
  }

  /**
   * An error of `compute` fails this call only, as it may be that this call's client has gone: another call that waits for
   * one of its keys then computes that key itself.
   * @param compute called once with all that it does not wait for, and again only where somebody else failed.
   * @param signal ends the wait; `compute` looks at it for itself.
   * @returns one value per key, in order.
   * @throws the error of `compute`; the reason of `signal`; LLimitError INTERNAL where `compute` gives too few or too many.
   */
  async getMany(keys: readonly string[], compute: Compute<Value>, signal?: AbortSignal): Promise<Value[]> {
    const places = firstPlaces(keys)
    this.#counts.shared += keys.length - places.size
    const values = new Map<string, Value>()
    while (values.size < places.size) {
      signal?.throwIfAborted()
      const { own, others } = this.#board(places, values)
      await untilAborted(Promise.all([this.#fly(own, compute, values), wait(others, values)]), signal)
    }
    return keys.map((key) => values.get(key)).filter((value) => value !== undefined)
  }

  stats(): PromptCacheStats {
    return { ...this.#counts, entries: this.#memory.entries, bytes: this.#memory.bytes }
  }

  /** Adds to `values` what memory has; every other key gets a flight, somebody else's or a new one of our own. */
  #board(places: ReadonlyMap<string, number>, values: Map<string, Value>) {
    const own: Flight<Value>[] = []
    const others: Flight<Value>[] = []
    for (const [key, place] of places) {
      if (values.has(key)) continue
      const known = this.#memory.get(key)
      const flight = this.#flights.get(key)
      if (known !== undefined) {
        values.set(key, known)
        this.#counts.hits++
      } else if (flight !== undefined && flight.size <= places.size) {
        others.push(flight)
        this.#counts.shared++
      } else {
        own.push(this.#flights.start(key, place, places.size))
      }
    }
    return { own, others }
  }

  /** Lands every flight of `own`: with a value from the second level or from `compute`, or with none. */
  async #fly(own: Flight<Value>[], compute: Compute<Value>, values: Map<string, Value>): Promise<void> {
    try {
      const missing = await this.#lookUp(own, values)
      if (missing.length === 0) return
      this.#counts.misses += missing.length
      const computed = await compute(missing.map(({ place }) => place))
      if (computed.length !== missing.length) throw wrongCount(computed.length, missing.length)
      for (const [i, value] of computed.entries()) {
        const flight = missing[i]
        if (flight === undefined) continue
        this.#deliver(flight, value, values)
        this.#secondLevel?.set(flight.key, value)
      }
    } finally {
      for (const flight of own) flight.land(undefined)
    }
  }

  /** @returns the flights for which the second level has nothing. */
  async #lookUp(own: Flight<Value>[], values: Map<string, Value>): Promise<Flight<Value>[]> {
    if (own.length === 0 || this.#secondLevel === undefined) return own
    const found = await this.#secondLevel.getMany(own.map(({ key }) => key))
    return own.filter((flight, i) => {
      const value = found[i]
      if (value === undefined) return true
      this.#deliver(flight, value, values)
      this.#counts.secondLevelHits++
      return false
    })
  }

  #deliver(flight: Flight<Value>, value: Value, values: Map<string, Value>): void {
    values.set(flight.key, value)
    this.#memory.set(flight.key, value)
    flight.land(value)
  }
}

/** Each distinct key with its first index. */
function firstPlaces(keys: readonly string[]): Map<string, number> {
  const places = new Map<string, number>()
  keys.forEach((key, i) => {
    if (!places.has(key)) places.set(key, i)
  })
  return places
}

async function wait<Value>(flights: Flight<Value>[], values: Map<string, Value>): Promise<void> {
  for (const { key, landed } of flights) {
    const value = await landed
    if (value !== undefined) values.set(key, value)
  }
}

function wrongCount(received: number, expected: number): LLimitError {
  return new LLimitError('INTERNAL', `${expected} prompts were computed with ${received} results`)
}
