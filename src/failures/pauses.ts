import type { LLimitError } from '../errors.js'

/** The first pause, and the longest; each is twice the one before. */
const MIN_PAUSE_MS = 1_000
const MAX_PAUSE_MS = 300_000

/** What was forgotten long ago is forgotten whole. */
const MAX_REMEMBERED = 1000

interface Failure {
  error: LLimitError
  pauseMs: number
  until: number
}

/**
 * What has failed and is not tried again for a while: the same error answers at once, and nothing is computed in vain. After each
 * further failure the pause is twice as long.
 */
export class Pauses<Key> {
  readonly #failures = new Map<Key, Failure>()
  readonly #now: () => number

  constructor(now = () => performance.now()) {
    this.#now = now
  }

  /** Remembers a failure; one that comes within the pause is that of somebody who began before it. */
  add(key: Key, error: LLimitError): void {
    const before = this.#failures.get(key)
    if (before !== undefined && this.#now() < before.until) return
    const pauseMs = before === undefined ? MIN_PAUSE_MS : Math.min(2 * before.pauseMs, MAX_PAUSE_MS)
    this.#failures.delete(key)
    this.#failures.set(key, { error, pauseMs, until: this.#now() + pauseMs })
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MAX_REMEMBERED) break
      this.#failures.delete(oldest)
    }
  }

  /** Whether it may not be tried now. */
  has(key: Key): boolean {
    const failure = this.#failures.get(key)
    return failure !== undefined && this.#now() < failure.until
  }

  /** @throws LLimitError the error of the last failure, while it may not be tried again. */
  check(key: Key): void {
    const failure = this.#failures.get(key)
    if (failure !== undefined && this.#now() < failure.until) throw failure.error
  }

  /** Why it failed last, also if it may be tried again; undefined if it did not. */
  reasonOf(key: Key): string | undefined {
    return this.#failures.get(key)?.error.message
  }

  /** Forgets it, as after a success. */
  delete(key: Key): void {
    this.#failures.delete(key)
  }
}
