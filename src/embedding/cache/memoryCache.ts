import { LRUCache } from 'lru-cache'

/**
 * What an entry takes in addition to its key and value, so that the limit is one of the process's memory: resident memory grew by
 * 2835 bytes per entry over 100,000 vectors of 1536 bytes with keys of 113 (Node 20).
 */
const ENTRY_OVERHEAD_BYTES = 1200

/** Keeps what was used last, up to a number of bytes, and evicts the rest; 0 keeps nothing. */
export class MemoryCache<Value extends object> {
  readonly #entries: LRUCache<string, Value> | undefined

  constructor(maxBytes: number, bytesOf: (value: Value) => number) {
    if (maxBytes === 0) return
    const sizeCalculation = (value: Value, key: string) => bytesOf(value) + key.length + ENTRY_OVERHEAD_BYTES
    this.#entries = new LRUCache({ maxSize: maxBytes, sizeCalculation })
  }

  get(key: string): Value | undefined {
    return this.#entries?.get(key)
  }

  set(key: string, value: Value): void {
    this.#entries?.set(key, value)
  }
}
