/** The time that waiting is measured in; tests have one that they turn by hand. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number
  /**
   * Calls `action` once, after that many milliseconds.
   * @returns takes it back.
   */
  after(milliseconds: number, action: () => void): () => void
}

/** The longest wait that a timer of Node can hold (24.8 days); it fires a longer one at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** `now` is that of `performance.now()`, which no change of the wall clock moves. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, Math.min(milliseconds, LONGEST_TIMER_MS))
    return () => clearTimeout(timer)
  },
}
