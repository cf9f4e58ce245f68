import type { BertConfig } from './directory.js'

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

/** How large a group may be; both count cells of a grid that has every prompt of the group padded to the longest. */
export interface GroupLimits {
  /** Tokens with the padding, B * S. */
  tokens: number
  /** Attention scores, B * S * S, that are there only because of the padding. Default: any number. */
  padding?: number
}

/** However fast the engine is: the attention scores of a group take up memory. */
const GROUP_TOKENS = 2048

/**
 * Where padding takes as long as a call: a group that pads more is quicker in two. H attention scores of padding count as a
 * token, H the width of the encoder: 1.4 H were measured with ONNX Runtime, .8 H with wasm. On a GPU, which was not there to
 * be measured, a call takes as long as hundreds of tokens, so that nearly nothing is split.
 * @param callTokens `tokensOfCall` of the engine
 */
export function groupLimitsOf(
  callTokens: number,
  { hidden_size }: Pick<BertConfig, 'hidden_size'>,
): GroupLimits {
  return { tokens: GROUP_TOKENS, padding: callTokens * hidden_size }
}

/**
 * Groups of indices into `lengths`, shortest prompts first, each within the limits (or one prompt alone): so prompts that
 * are computed together have nearly the same length.
 */
export function groupByTokens(
  lengths: readonly number[],
  { tokens, padding = Infinity }: GroupLimits,
): number[][] {
  const order = lengths.map((length, index) => ({ length, index })).sort((a, b) => a.length - b.length)
  const groups: number[][] = []
  let group: number[] = []
  /** Attention scores of the group without padding. */
  let scores = 0
  for (const { length, index } of order) {
    // Sorted, so this prompt is the longest of the group.
    const size = group.length + 1
    const own = length ** 2
    const hasRoom = length * size <= tokens && own * size - (scores + own) <= padding
    if (group.length === 0 || !hasRoom) {
      group = []
      groups.push(group)
      scores = 0
    }
    group.push(index)
    scores += own
  }
  return groups
}
