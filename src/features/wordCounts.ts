/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style, @typescript-eslint/prefer-for-of --
   Loops over the characters of a prompt, for which for-of takes twice as long; every index is below a length by construction. */
import { HASH_FACTOR, isSameRun, mixed } from '../numeric/utf16.js'
import { WHITESPACE_RUNS } from './text.js'

/** The runs of characters between white space, as `splitWords` finds them. */
export interface WordCount {
  count: number
  /** UTF-16 units of white space. */
  blanks: number
}

/** [2^16] 1 for white space. */
const isBlank = new Uint8Array(2 ** 16)
for (const [first, last] of WHITESPACE_RUNS) isBlank.fill(1, first, last + 1)

/** Of a table of words, which grows. */
const INITIAL_PLACES = 256

/** Without making a string of each word, which takes five times as long. */
export function countWords(text: Uint16Array): WordCount {
  let [count, blanks, before] = [0, 0, 1]
  for (let i = 0; i < text.length; i++) {
    const blank = isBlank[text[i] as number] as number
    blanks += blank
    // A word begins.
    count += before & (1 - blank)
    before = blank
  }
  return { count, blanks }
}

/** How many different words there are. */
export function countDistinctWords(text: Uint16Array): number {
  let table = new WordTable(INITIAL_PLACES)
  for (let end = 0; end < text.length; end++) {
    const start = end
    let hash = 0
    for (; end < text.length; end++) {
      const unit = text[end] as number
      if (isBlank[unit] === 1) break
      hash = Math.imul(hash, HASH_FACTOR) + unit
    }
    if (end === start) continue
    table.add(text, mixed(hash), start, end)
    if (table.isFull) table = table.doubled()
  }
  return table.size
}

/** Each word once, at the place of its hash, or the next that is free. */
class WordTable {
  size = 0
  readonly #places: number
  readonly #hashes: Int32Array
  readonly #starts: Int32Array
  /** 0 for a place that is free: a word is not empty. */
  readonly #ends: Int32Array

  /** @param places a power of 2 */
  constructor(places: number) {
    this.#places = places
    this.#hashes = new Int32Array(places)
    this.#starts = new Int32Array(places)
    this.#ends = new Int32Array(places)
  }

  /** Half of the places are taken. */
  get isFull(): boolean {
    return 2 * this.size > this.#places
  }

  /** @param start of the word in the text, up to `end` */
  add(text: Uint16Array, hash: number, start: number, end: number): void {
    let place = hash & (this.#places - 1)
    for (let known = this.#ends[place] as number; known !== 0; known = this.#ends[place] as number) {
      const other = this.#starts[place] as number
      const isSame =
        this.#hashes[place] === hash &&
        known - other === end - start &&
        isSameRun(text, other, text, start, end - start)
      if (isSame) return
      place = (place + 1) & (this.#places - 1)
    }
    this.#set(place, hash, start, end)
  }

  doubled(): WordTable {
    const larger = new WordTable(2 * this.#places)
    for (let p = 0; p < this.#places; p++) {
      const end = this.#ends[p] as number
      if (end === 0) continue
      const hash = this.#hashes[p] as number
      let place = hash & (larger.#places - 1)
      while (larger.#ends[place] !== 0) place = (place + 1) & (larger.#places - 1)
      larger.#set(place, hash, this.#starts[p] as number, end)
    }
    return larger
  }

  #set(place: number, hash: number, start: number, end: number): void {
    this.#hashes[place] = hash
    this.#starts[place] = start
    this.#ends[place] = end
    this.size++
  }
}
