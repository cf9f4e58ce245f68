import { invalidCheckpoint } from '../invalidCheckpoint.js'

/** Bytes of one string; in a .pt container numpy arrays travel as strings. */
const MAX_STRING_BYTES = 64 * 2 ** 20

/** Bytes of a text argument: a module, a name, the number of a memo entry. */
export const MAX_LINE_BYTES = 256

// A byte order mark is part of a Python string, so it is kept.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a pickle from front to back. Every length is checked against the bytes that are left before it is used. */
export class ByteReader {
  offset = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** @throws LLimitError INVALID_CHECKPOINT if fewer than `count` bytes are left. */
  #advance(count: number): number {
    const start = this.offset
    const left = this.#bytes.length - start
    if (count > left) throw invalidCheckpoint(`expected ${count} more bytes, got ${left}`)
    this.offset += count
    return start
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  /** A length of 8 bytes. Inexact beyond 2^53, where it is more than any file has anyway. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true))
  }

  /** Pickle writes floats big-endian, unlike everything else. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false)
  }

  /** A view into the file, not a copy. */
  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** Checks that `length` bytes are left without reading them. */
  expect(length: number): void {
    this.offset = this.#advance(length)
  }

  text(length: number): string {
    if (length > MAX_STRING_BYTES) {
      throw invalidCheckpoint(`expected a string of at most ${MAX_STRING_BYTES} bytes, got ${length}`)
    }
    return decodeUtf8(this.take(length))
  }

  /** Up to the next line feed, which is consumed and not returned. */
  line(): string {
    const window = this.#bytes.subarray(this.offset, this.offset + MAX_LINE_BYTES + 1)
    const length = window.indexOf(0x0a)
    if (length < 0)
      throw invalidCheckpoint(`expected the end of a line within ${MAX_LINE_BYTES} bytes, got none`)
    this.offset += length + 1
    return decodeUtf8(window.subarray(0, length))
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw invalidCheckpoint('expected a string in UTF-8, got other bytes', error)
  }
}
