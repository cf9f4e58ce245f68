import { setImmediate } from 'node:timers/promises'

/** How long the event loop works on one request before it looks at the others. */
const YIELD_AFTER_MS = 5

/**
 * `items.map(transform)`, yielding to the event loop every few milliseconds, so that a request of a thousand prompts does
 * not keep /health and short requests waiting while it is tokenized.
 * @param signal looked at whenever it yields.
 */
export async function mapYielding<T, R>(
  items: readonly T[],
  transform: (item: T, index: number) => R,
  signal?: AbortSignal,
): Promise<R[]> {
  const results: R[] = []
  let yieldAt = performance.now() + YIELD_AFTER_MS
  for (const [index, item] of items.entries()) {
    if (performance.now() > yieldAt) {
      await setImmediate()
      signal?.throwIfAborted()
      yieldAt = performance.now() + YIELD_AFTER_MS
    }
    results.push(transform(item, index))
  }
  return results
}
