/**
 * What `promise` resolves to, unless `signal` is aborted first.
 * @throws the reason of `signal`; the promise then goes on unwatched.
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  let wake = (): void => undefined
  const aborted = new Promise<void>((resolve) => (wake = resolve))
  signal.addEventListener('abort', wake)
  try {
    await Promise.race([promise, aborted])
    signal.throwIfAborted()
    return await promise
  } finally {
    signal.removeEventListener('abort', wake)
  }
}
