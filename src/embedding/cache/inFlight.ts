/** A value that one request is getting and others may wait for. */
export interface InFlightValue<Value> {
  key: string
  /** Index of the key, where it first stands, in the keys of the request that gets the value. */
  index: number
  /** Distinct keys of that request: the value may have to wait for all of them. */
  requestSize: number
  /** Undefined if the value could not be computed. Never rejects: nobody need be waiting. */
  promise: Promise<Value | undefined>
  resolve: (value: Value | undefined) => void
}

/** The values in flight; of those for the same key, the one that was claimed last. */
export class InFlight<Value> {
  readonly #byKey = new Map<string, InFlightValue<Value>>()

  get(key: string): InFlightValue<Value> | undefined {
    return this.#byKey.get(key)
  }

  /** Whoever claims a key must resolve it, whatever happens. */
  claim(key: string, index: number, requestSize: number): InFlightValue<Value> {
    let settle: (value: Value | undefined) => void = () => undefined
    const promise = new Promise<Value | undefined>((resolve) => (settle = resolve))
    const resolve = (value: Value | undefined) => {
      // Another request may have claimed this key since.
      if (this.#byKey.get(key) === claimed) this.#byKey.delete(key)
      settle(value)
    }
    const claimed = { key, index, requestSize, promise, resolve }
    this.#byKey.set(key, claimed)
    return claimed
  }
}
