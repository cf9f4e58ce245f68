/** A second signal sooner than this is the first one again: npm passes on what its terminal sends to both. */
const SECOND_SIGNAL_MS = 500

const STATUS = { SIGINT: 130, SIGTERM: 143 } as const

export interface Interruption {
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal
  /** Resolves then, to the exit status. */
  status: Promise<number>
}

/**
 * From here on SIGINT and SIGTERM end nothing by themselves, but for a second one. A process that is the first of a container
 * has no default for them, so they are watched from the start.
 */
export function watchSignals(): Interruption {
  const controller = new AbortController()
  const status = new Promise<number>((resolve) => {
    let first: number | undefined
    const stop = (name: keyof typeof STATUS) => {
      if (first === undefined) {
        first = performance.now()
        controller.abort(name)
        resolve(STATUS[name])
      } else if (performance.now() - first > SECOND_SIGNAL_MS) {
        process.exit(STATUS[name])
      }
    }
    process.on('SIGINT', () => stop('SIGINT'))
    process.on('SIGTERM', () => stop('SIGTERM'))
  })
  return { signal: controller.signal, status }
}
