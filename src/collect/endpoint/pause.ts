import { setTimeout as sleep } from 'node:timers/promises'

/** A time until which nobody asks: an endpoint that is overloaded for one request is so for all. */
export class Pause {
  #until = 0

  /** @returns whether it has become longer. */
  extend(milliseconds: number): boolean {
    const until = performance.now() + milliseconds
    if (until <= this.#until) return false
    this.#until = until
    return true
  }

  /** Resolves when it is over, which may be moved meanwhile. */
  async over(signal: AbortSignal): Promise<void> {
    for (let left = this.#left(); left > 0; left = this.#left()) await sleep(left, undefined, { signal })
  }

  #left(): number {
    return this.#until - performance.now()
  }
}
