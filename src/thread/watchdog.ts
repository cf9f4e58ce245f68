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

  /** Asks the thread, if it is busy. @returns milliseconds since it was first asked, 0 if it has answered. */
  silenceMs(): number {
    this.#ask()
    return this.#pingedAt === undefined ? 0 : performance.now() - this.#pingedAt
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #ask(): void {
    const { isBusy, ping } = this.#options
    if (this.#pingedAt !== undefined || !isBusy()) return
    this.#pingedAt = performance.now()
    ping()
  }

  #look(): void {
    const { afterMs, isBusy, onStuck } = this.#options
    const pingedAt = this.#pingedAt
    if (pingedAt === undefined) this.#ask()
    else if (performance.now() - pingedAt > afterMs) {
      // The answer may have come while this thread was busy itself; it is read before this is called.
      setImmediate(() => {
        if (this.#pingedAt !== pingedAt) return
        this.#pingedAt = undefined
        if (isBusy()) onStuck()
      })
    }
  }
}
