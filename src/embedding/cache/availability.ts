import type { Logger } from 'winston'

/** Logs when something stops and starts to work, once each, not once per failure. */
export class Availability {
  readonly #what: string
  readonly #log: Logger
  #works: boolean | undefined

  /** @param what in words: "the Redis cache". */
  constructor(what: string, log: Logger) {
    this.#what = what
    this.#log = log
  }

  works(): void {
    if (this.#works !== true) this.#log.info(`${this.#what} works`)
    this.#works = true
  }

  fails(error: unknown): void {
    if (this.#works !== false) this.#log.warn(`${this.#what} fails; going on without`, { error })
    this.#works = false
  }
}
