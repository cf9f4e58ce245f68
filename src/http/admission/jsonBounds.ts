/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   This loop reads every byte of every body; at() triples its time, and indices are below a length by construction. */
import type { Limits } from '../../config/limits.js'
import { atMost } from '../../config/limits.js'
import { LLimitError } from '../../errors.js'

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]

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
 * parser seconds and a gigabyte. Members are the values in arrays and objects, and the arrays and objects themselves. About
 * 1.5 ns a byte; whether it is JSON at all is the parser's to say.
 */
export class JsonBounds {
  readonly #limits: Limits
  #depth = 0
  #members = 0
  #inString = false
  #isEscaped = false

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** @returns LLimitError TOO_LARGE at the first byte that is over a limit. */
  read(bytes: Uint8Array): LLimitError | undefined {
    const { jsonDepth, jsonMembers } = this.#limits
    let [depth, members, inString, isEscaped] = [this.#depth, this.#members, this.#inString, this.#isEscaped]
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number
      if (inString) {
        if (isEscaped) isEscaped = false
        else if (byte === BACKSLASH) isEscaped = true
        else if (byte === QUOTE) inString = false
        continue
      }
      const role = ROLES[byte]
      if (role === NOTHING) continue
      if (role === BEGINS_STRING) inString = true
      else if (role === CLOSES) depth--
      else {
        if (++members > jsonMembers) return this.#tooLarge('jsonMembers')
        if (role === OPENS && ++depth > jsonDepth) return this.#tooLarge('jsonDepth')
      }
    }
    this.#depth = depth
    this.#members = members
    this.#inString = inString
    this.#isEscaped = isEscaped
    return undefined
  }

  #tooLarge(name: 'jsonDepth' | 'jsonMembers'): LLimitError {
    return new LLimitError('TOO_LARGE', `body: expected ${atMost(name, this.#limits[name], 'more')}`)
  }
}
