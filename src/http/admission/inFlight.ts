import type { Limits } from '../../config/limits.js'
import { atMost } from '../../config/limits.js'
import { LLimitError } from '../../errors.js'
import { at } from '../../numeric/at.js'

/** A body up to here is let in whatever others hold: it is `requests` that bounds those. */
const SMALL_BODY_BYTES = 64 * 1024

/** The speed is measured by the last ends of requests, as far as they are not older than this. */
const REMEMBERED_ENDS = 64
const REMEMBERED_MS = 60_000

/** A request that is in flight, with the bytes of its body so far. */
export interface Admitted {
  /**
   * More of the body has arrived. While all bodies together are over the limit, the largest that has not arrived
   * completely is rejected, so that who sends slowly keeps nobody else out.
   */
  receive(bytes: number): void
  /** The body is complete: it is not rejected any more. */
  complete(): void
  /** It has been answered, or its client has left. */
  end(): void
}

interface Held {
  bytes: number
  /** Undefined when the body is complete. */
  reject: ((error: LLimitError) => void) | undefined
}

/** How many requests are in flight and what their bodies take, and the only place that rejects one for either. */
export class InFlight {
  readonly #limits: Pick<Limits, 'requests' | 'bytesInFlight'>
  readonly #held = new Set<Held>()
  /** When the last requests ended, the oldest first, in milliseconds. */
  readonly #ends: number[] = []
  readonly #now: () => number
  #bytes = 0

  constructor(limits: Pick<Limits, 'requests' | 'bytesInFlight'>, now = () => performance.now()) {
    this.#limits = limits
    this.#now = now
  }

  /** Requests that are in flight. */
  get requests(): number {
    return this.#held.size
  }

  /**
   * @param reject told if the body has to be rejected while it arrives.
   * @throws LLimitError OVERLOADED (with `retryAfterSeconds`)
   */
  admit(reject: (error: LLimitError) => void): Admitted {
    if (this.#held.size >= this.#limits.requests) throw this.#overloaded('requests', this.#held.size)
    const held: Held = { bytes: 0, reject }
    this.#held.add(held)
    return {
      receive: (bytes) => this.#receive(held, bytes),
      complete: () => (held.reject = undefined),
      end: () => this.#end(held),
    }
  }

  #receive(held: Held, bytes: number): void {
    if (!this.#held.has(held)) return
    held.bytes += bytes
    this.#bytes += bytes
    while (this.#bytes > this.#limits.bytesInFlight) {
      const largest = this.#largestUnfinished()
      if (largest?.reject === undefined || largest.bytes <= SMALL_BODY_BYTES) return
      const { reject } = largest
      const error = this.#overloaded('bytesInFlight', this.#bytes)
      this.#release(largest)
      reject(error)
    }
  }

  #largestUnfinished(): Held | undefined {
    let largest: Held | undefined
    for (const held of this.#held) {
      if (held.reject === undefined) continue
      if (largest === undefined || held.bytes > largest.bytes) largest = held
    }
    return largest
  }

  #end(held: Held): void {
    if (!this.#release(held)) return
    this.#ends.push(this.#now())
    if (this.#ends.length > REMEMBERED_ENDS) this.#ends.shift()
  }

  #release(held: Held): boolean {
    this.#bytes -= this.#held.has(held) ? held.bytes : 0
    return this.#held.delete(held)
  }

  #overloaded(name: 'requests' | 'bytesInFlight', got: number): LLimitError {
    const seconds = this.#secondsPerRequest()
    const message = `Expected ${atMost(name, this.#limits[name], got)}; try again in ${seconds} s`
    return new LLimitError('OVERLOADED', message, { retryAfterSeconds: seconds })
  }

  /** How long it takes, as things go, until the next request has ended: whole seconds, one at least. */
  #secondsPerRequest(): number {
    const now = this.#now()
    const recent = this.#ends.filter((end) => now - end <= REMEMBERED_MS)
    if (recent.length === 0) return 1
    return Math.max(1, Math.ceil((now - at(recent, 0)) / recent.length / 1000))
  }
}
