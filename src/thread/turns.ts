const waiting: (() => void)[] = []

/** How long the event loop works on one request before it looks at the others. */
const YIELD_AFTER_MS = 5

/**
 * Resolves when the event loop has looked at everybody else. Of all who wait for a turn one goes on at a time, in the order in
 * which they came: however many long requests share the main thread, a short one waits for a turn of one of them.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(takeTurn)
  })
}

function takeTurn(): void {
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(takeTurn)
}

/** Work that yields to the event loop every few milliseconds. */
export class Turns {
  readonly #signal: AbortSignal | undefined
  #yieldAt = performance.now() + YIELD_AFTER_MS

  /** @param signal looked at whenever it yields */
  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** Whether it has worked for long enough: `next` is to be awaited then. */
  get isOver(): boolean {
    return performance.now() > this.#yieldAt
  }

  /** @throws the reason of the signal */
  async next(): Promise<void> {
    await nextTurn()
    this.#signal?.throwIfAborted()
    this.#yieldAt = performance.now() + YIELD_AFTER_MS
  }
}
