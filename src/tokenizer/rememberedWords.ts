/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   Plain indexing for each word of a prompt; every index is below a length by construction. */
import { isSameRun } from '../numeric/utf16.js'
import type { WordCursor } from './words.js'

/** Places for words, a power of 2; half of them are taken at most. */
const PLACES = 2 ** 15
/** UTF-16 units of all words. */
const UNITS = 2 ** 18
const MAX_LENGTH = 40

/**
 * The pieces of words that came before: words come again and again, and looking for their pieces is half the time of a tokenizer.
 * They are found by their units, without making a string of each. 1.5 MB, whatever the texts; when it is full it is emptied.
 */
export class RememberedWords {
  readonly #piecesOf: (word: string) => readonly number[]
  /** Each word at the place of its hash, or the next that is free. */
  readonly #hashes = new Int32Array(PLACES)
  readonly #starts = new Int32Array(PLACES)
  /** 0 for a place that is free. */
  readonly #lengths = new Uint8Array(PLACES)
  readonly #ids = new Array<readonly number[]>(PLACES)
  readonly #units = new Uint16Array(UNITS)
  #usedUnits = 0
  #size = 0

  /** @param piecesOf the ids of the pieces of a word */
  constructor(piecesOf: (word: string) => readonly number[]) {
    this.#piecesOf = piecesOf
  }

  /** The ids of the word at which the cursor is. */
  idsAt({ text, units, start, end, hash }: WordCursor): readonly number[] {
    const length = end - start
    if (length > MAX_LENGTH) return this.#piecesOf(text.slice(start, end))
    let place = hash & (PLACES - 1)
    for (; this.#lengths[place] !== 0; place = (place + 1) & (PLACES - 1)) {
      const isSame =
        this.#hashes[place] === hash &&
        this.#lengths[place] === length &&
        isSameRun(this.#units, this.#starts[place] as number, units, start, length)
      if (isSame) return this.#ids[place] as readonly number[]
    }
    const ids = this.#piecesOf(text.slice(start, end))
    if (2 * this.#size >= PLACES || this.#usedUnits + length > UNITS) {
      this.#clear()
      place = hash & (PLACES - 1)
    }
    this.#hashes[place] = hash
    this.#starts[place] = this.#usedUnits
    this.#lengths[place] = length
    this.#ids[place] = ids
    this.#units.set(units.subarray(start, end), this.#usedUnits)
    this.#usedUnits += length
    this.#size++
    return ids
  }

  #clear(): void {
    this.#lengths.fill(0)
    this.#ids.fill([])
    this.#usedUnits = 0
    this.#size = 0
  }
}
