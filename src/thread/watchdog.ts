interface WatchdogOptions {
  /** Milliseconds without an answer after which a thread is stuck. */
  afterMs: number
  /** Whether the thread holds a call; an idle one is left alone. */
  isBusy: () => boolean
  /** Asks the thread for an answer, which is to be told by `answered`. */
  ping: () => void
  onStuck: () => void
}

/** Finds out when the event loop of a thread that has work does not turn any more. */
export class Watchdog {
  readonly #options: WatchdogOptions
  readonly #timer: NodeJS.Timeout
  /** When the thread was asked, while it has not answered. */
  #pingedAt: number | undefined

  constructor(options: WatchdogOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#look(), options.afterMs / 4).unref()
  }

  answered(): void {
    this.#pingedAt = undefined
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { afterMs, isBusy, ping, onStuck } = this.#options
    const pingedAt = this.#pingedAt
    if (pingedAt === undefined) {
      if (!isBusy()) return
      this.#pingedAt = performance.now()
      ping()
    } else if (performance.now() - pingedAt > afterMs) {
      // The answer may have come while this thread was busy itself; it is read before this is called.
      setImmediate(() => {
        if (this.#pingedAt !== pingedAt) return
        this.#pingedAt = undefined
        if (isBusy()) onStuck()
      })
    }
  }
}
