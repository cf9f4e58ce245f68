const waiting: (() => void)[] = []

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
