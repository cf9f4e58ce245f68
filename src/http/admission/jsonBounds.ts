/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   These loops read every byte of every body, and indices are below a length by construction. */
import type { Limits } from '../../config/limits.js'
import { atMost } from '../../config/limits.js'
import { LLimitError } from '../../errors.js'

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]

/** Most strings end within so many bytes. */
const NEAR_BYTES = 64

/** Byte -> what it does outside of strings. */
const NOTHING = 0
const OPENS = 1
const CLOSES = 2
const SEPARATES = 3
const BEGINS_STRING = 4

const ROLES = new Uint8Array(256)
for (const byte of Buffer.from('[{')) ROLES[byte] = OPENS
for (const byte of Buffer.from(']}')) ROLES[byte] = CLOSES
ROLES[COMMA] = SEPARATES
ROLES[QUOTE] = BEGINS_STRING

/**
 * Counts the depth and the members of JSON while its bytes arrive, before anything is parsed: 16 MB of brackets take a
 * parser seconds and a gigabyte. Members are the values in arrays and objects, and the arrays and objects themselves. Whether it is JSON at all is the parser's to say.
 */
export class JsonBounds {
  readonly #limits: Limits
  #depth = 0
  #members = 0
  #inString = false
  #isEscaped = false
  #fault: LLimitError | undefined

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** @returns LLimitError TOO_LARGE at the first byte that is over a limit. */
  read(bytes: Uint8Array): LLimitError | undefined {
    const { length } = bytes
    // Past the byte that a backslash at the end of the bytes before escapes.
    let i = this.#isEscaped && length > 0 ? 1 : 0
    if (i === 1) this.#isEscaped = false
    while (i < length) {
      i = this.#inString ? this.#endOfString(bytes, i) : this.#nextString(bytes, i)
      if (this.#fault !== undefined) return this.#fault
    }
    return undefined
  }

  /** @returns where the string has ended that goes on at `i`, or where there is more to look at. */
  #endOfString(bytes: Uint8Array, i: number): number {
    const near = Math.min(bytes.length, i + NEAR_BYTES)
    while (i < near) {
      const byte = bytes[i++] as number
      if (byte === BACKSLASH) {
        if (i === bytes.length) this.#isEscaped = true
        i++
      } else if (byte === QUOTE) {
        this.#inString = false
        return i
      }
    }
    // The search of the system reads long strings ten times as fast.
    const quote = bytes.indexOf(QUOTE, i)
    const end = quote === -1 ? bytes.length : quote
    let backslashes = 0
    while (end - backslashes > i && bytes[end - backslashes - 1] === BACKSLASH) backslashes++
    const isEscaped = backslashes % 2 === 1
    if (quote === -1) this.#isEscaped ||= isEscaped
    else if (!isEscaped) this.#inString = false
    return end + 1
  }

  /** Counts what there is from `i` to the next string, and returns where that begins. */
  #nextString(bytes: Uint8Array, i: number): number {
    const { length } = bytes
    while (i < length) {
      const role = ROLES[bytes[i++] as number]
      if (role === NOTHING) continue
      if (role === BEGINS_STRING) {
        this.#inString = true
        return i
      }
      if (role === CLOSES) this.#depth--
      else {
        if (++this.#members > this.#limits.jsonMembers) return this.#stop('jsonMembers')
        if (role === OPENS && ++this.#depth > this.#limits.jsonDepth) return this.#stop('jsonDepth')
      }
    }
    return length
  }

  #stop(name: 'jsonDepth' | 'jsonMembers'): number {
    const problem = atMost(name, this.#limits[name], 'more')
    this.#fault = new LLimitError('TOO_LARGE', `body: expected ${problem}`)
    return Infinity
  }
}
