/** A value that one request is getting and others may wait for. */
export interface Flight<Value> {
  key: string
  /** Where the key first stands in the request that gets the value. */
  place: number
  /** Distinct keys of that request: the value may have to wait for all of them. */
  size: number
  /** Undefined where the value was not to be had. Never rejects: nobody need be waiting. */
  landed: Promise<Value | undefined>
  land: (value: Value | undefined) => void
}

/** The flights in the air; of those for the same key, the one that started last. */
export class Flights<Value> {
  readonly #byKey = new Map<string, Flight<Value>>()

  get(key: string): Flight<Value> | undefined {
    return this.#byKey.get(key)
  }

  start(key: string, place: number, size: number): Flight<Value> {
    let resolve: (value: Value | undefined) => void = () => undefined
    const landed = new Promise<Value | undefined>((settle) => (resolve = settle))
    const land = (value: Value | undefined) => {
      // This key may have another flight by now.
      if (this.#byKey.get(key) === flight) this.#byKey.delete(key)
      resolve(value)
    }
    const flight = { key, place, size, landed, land }
    this.#byKey.set(key, flight)
    return flight
  }
}
