/**
 * Several tokenized prompts laid end to end, without padding: what an engine computes on.
 * Shapes: B prompts, N tokens in all.
 */
export interface PackedTokens {
  /** [N] token ids of all prompts, one prompt after the other. */
  ids: Int32Array
  /** [B] number of tokens of each prompt; they sum to N. */
  lengths: Int32Array
}

export function pack(prompts: readonly Int32Array[]): PackedTokens {
  const lengths = Int32Array.from(prompts, (prompt) => prompt.length)
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0))
  let offset = 0
  for (const prompt of prompts) {
    ids.set(prompt, offset)
    offset += prompt.length
  }
  return { ids, lengths }
}

/** [N] position of each token within its own prompt, from 0. */
export function positions({ ids, lengths }: PackedTokens): Int32Array {
  const result = new Int32Array(ids.length)
  let next = 0
  for (const length of lengths)
    for (let position = 0; position < length; position++) result[next++] = position
  return result
}

/**
 * Where each token is in the padded grid that attention works on, with every prompt padded to the longest, and back.
 * Shapes: B prompts, S tokens of the longest, N tokens in all.
 */
export interface PaddedGrid {
  B: number
  S: number
  /** [B * S] row among the N tokens; padding points at row 0. */
  toPadded: Int32Array
  /** [N] cell of the grid. */
  fromPadded: Int32Array
  /** [B * S] 1 for a token, 0 for padding. */
  mask: Int32Array
}

export function padTokens({ ids, lengths }: PackedTokens): PaddedGrid {
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

/**
 * Groups of indices into `lengths`, shortest prompts first, each of at most `budget` tokens with every prompt padded to
 * the longest of its group (or one prompt alone): so prompts that are computed together have nearly the same length.
 */
export function groupByTokens(lengths: readonly number[], budget: number): number[][] {
  const order = lengths.map((length, index) => ({ length, index })).sort((a, b) => a.length - b.length)
  const groups: number[][] = []
  for (const { length, index } of order) {
    const group = groups.at(-1)
    // Sorted, so this prompt is the longest of the group.
    if (group !== undefined && length * (group.length + 1) <= budget) group.push(index)
    else groups.push([index])
  }
  return groups
}
