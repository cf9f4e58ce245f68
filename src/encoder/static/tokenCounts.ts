/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loops below are all the time of the encoder; at() doubles it, and every index is below a length by
   construction. */
import type { StaticConfig } from './staticSpec.js'

/** How often each distinct token occurs, in the order of first occurrence. */
export interface TokenCounts {
  /** [n] */
  ids: Int32Array
  /** [n] */
  counts: Int32Array
}

/** Counts tokens in time proportional to their number, with one array for the whole vocabulary that is used again. */
export class TokenCounter {
  /** [V] count of each token of the prompt in hand; all zero between two prompts. */
  readonly #counts: Int32Array

  /** @param vocabulary number of ids: 0 to `vocabulary` - 1 */
  constructor(vocabulary: number) {
    this.#counts = new Int32Array(vocabulary)
  }

  /**
   * @param ids of the tokens of one prompt
   * @param limit tokens that are counted at most
   * @throws RangeError for an id outside the vocabulary.
   */
  count(ids: ArrayLike<number>, limit = Infinity): TokenCounts {
    const counts = this.#counts
    const read = Math.min(ids.length, limit)
    const distinct = new Int32Array(read)
    let n = 0
    try {
      for (let i = 0; i < read; i++) {
        const id = ids[i] as number
        const before = counts[id]
        if (before === undefined)
          throw new RangeError(`expected a token id below ${counts.length}, got ${id}`)
        if (before === 0) distinct[n++] = id
        counts[id] = before + 1
      }
      const found = distinct.slice(0, n)
      return { ids: found, counts: found.map((id) => counts[id] as number) }
    } finally {
      for (let i = 0; i < n; i++) counts[distinct[i] as number] = 0
    }
  }
}

/** What a token counts that a prompt has `count` times. */
export function damped(count: number, damping: StaticConfig['count_damping']): number {
  return damping === 'sqrt' ? Math.sqrt(count) : count
}
