import { LLimitError } from '../errors.js'
import type { ErrorCode } from '../errors.js'
import { Pauses } from './pauses.js'

interface Load<T> {
  /** What is loaded. */
  key: string
  /** Changes whenever its files do: then it is tried at once. */
  stamp: () => Promise<string>
  load: () => Promise<T>
}

/** Loads that failed, so that asking for them again costs nothing for a while. */
export class FailedLoads {
  readonly #remembered: readonly ErrorCode[]
  readonly #pauses: Pauses<string>
  readonly #stamps = new Map<string, string>()

  /**
   * @param remembered codes of the errors after which it is not tried again at once
   * @param now milliseconds since some fixed moment; tests have a clock that they set.
   */
  constructor(remembered: readonly ErrorCode[], now?: () => number) {
    this.#remembered = remembered
    this.#pauses = new Pauses(now)
  }

  /** @throws LLimitError what loading it threw the last time, if that was a moment ago and its files are what they were. */
  async check({ key, stamp }: Omit<Load<unknown>, 'load'>): Promise<void> {
    if (this.#pauses.reasonOf(key) !== undefined && this.#stamps.get(key) !== (await stamp()))
      this.#forget(key)
    this.#pauses.check(key)
  }

  /** @throws LLimitError what `load` throws, or as `check` does. */
  async attempt<T>({ key, stamp, load }: Load<T>): Promise<T> {
    await this.check({ key, stamp })
    // Before it is read: what is mended meanwhile is then tried again.
    const before = await stamp()
    try {
      const loaded = await load()
      this.#forget(key)
      return loaded
    } catch (error) {
      // What was moved or written meanwhile may be whole the next moment, with the stamp that it had.
      const isLasting = error instanceof LLimitError && this.#remembered.includes(error.code)
      if (isLasting && (await stamp()) === before) {
        this.#pauses.add(key, error)
        this.#stamps.set(key, before)
      }
      throw error
    }
  }

  /** Why it could not be loaded the last time it was tried; undefined if it could, or if its files have changed since. */
  async reasonOf(key: string, stamp: () => Promise<string>): Promise<string | undefined> {
    const reason = this.#pauses.reasonOf(key)
    return reason !== undefined && this.#stamps.get(key) === (await stamp()) ? reason : undefined
  }

  #forget(key: string): void {
    this.#pauses.delete(key)
    this.#stamps.delete(key)
  }
}
