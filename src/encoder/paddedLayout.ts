import type { PackedTokens } from './packing.js'

/**
 * Where each token stands in the square that attention works on, with every prompt padded to the longest, and back.
 * Shapes: B prompts, S tokens of the longest, N tokens in all.
 */
export interface PaddedLayout {
  B: number
  S: number
  /** [B * S] row among the N tokens; padding points at row 0. */
  toPadded: Int32Array
  /** [N] cell of the square. */
  fromPadded: Int32Array
  /** [B * S] 1 for a token, 0 for padding. */
  mask: Int32Array
}

export function padLayout({ ids, lengths }: PackedTokens): PaddedLayout {
  const B = lengths.length
  const S = lengths.reduce((longest, length) => Math.max(longest, length), 0)
  const toPadded = new Int32Array(B * S)
  const fromPadded = new Int32Array(ids.length)
  const mask = new Int32Array(B * S)
  let row = 0
  lengths.forEach((length, b) => {
    for (let s = 0; s < length; s++, row++) {
      const cell = b * S + s
      toPadded[cell] = row
      fromPadded[row] = cell
      mask[cell] = 1
    }
  })
  return { B, S, toPadded, fromPadded, mask }
}
