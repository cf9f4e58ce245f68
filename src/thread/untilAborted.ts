/**
 * What `promise` resolves to, unless `signal` is aborted first.
 * @throws the reason of `signal`; nobody waits for the promise then.
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  let wake = (): void => undefined
  const aborted = new Promise<void>((resolve) => (wake = resolve))
  signal.addEventListener('abort', wake)
  try {
    // Whatever becomes of it when nobody waits any more, it is no unhandled rejection.
    promise.catch(() => undefined)
    if (!signal.aborted) await Promise.race([promise, aborted])
    signal.throwIfAborted()
    return await promise
  } finally {
    signal.removeEventListener('abort', wake)
  }
}
