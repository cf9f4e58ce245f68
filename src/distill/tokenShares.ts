/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loops below are all the time of a distillation; at() doubles it, and every index is below a length by
   construction. */
import { damped, TokenCounter } from '../encoder/static/tokenCounts.js'
import type { TokenCounts } from '../encoder/static/tokenCounts.js'

/**
 * Share of each distinct token in each prompt, rows end to end: the sparse matrix S of the distillation. Shapes: P prompts,
 * N entries in all (about 65 a prompt), V tokens of the vocabulary, U of them used.
 */
export interface TokenShares {
  /** [U] ids of the tokens that occur, ascending. */
  used: Int32Array
  /** [V] weight of every token; 1 for one that does not occur. */
  weights: Float64Array
  /** [P + 1] where the entries of each prompt begin. */
  first: Int32Array
  /** [N] column of each entry, an index into `used`. */
  columns: Int32Array
  /** [N] the entries of a prompt sum to 1. */
  values: Float64Array
}

/**
 * s_t = w_t sqrt(c_t) / sum, with c_t the count of a token in the prompt, w_t = a / (a + df_t) its weight and df_t the share
 * of prompts that have it: words that are everywhere say little (smooth inverse frequency, Arora et al., 2017).
 * @param prompts token ids of each
 * @param smoothing a
 * @throws RangeError for an id outside the vocabulary.
 */
export function tokenShares(
  prompts: readonly ArrayLike<number>[],
  vocabulary: number,
  smoothing: number,
): TokenShares {
  const counter = new TokenCounter(vocabulary)
  const counted = prompts.map((ids) => counter.count(ids))
  const frequency = new Float64Array(vocabulary)
  for (const { ids } of counted) for (const id of ids) frequency[id] = (frequency[id] as number) + 1
  const weights = frequency.map((n) => smoothing / (smoothing + n / prompts.length))
  const used = Int32Array.from(frequency.keys()).filter((id) => (frequency[id] as number) > 0)
  const columnOf = new Int32Array(vocabulary)
  used.forEach((id, column) => (columnOf[id] = column))
  return { used, weights, ...entriesOf(counted, columnOf, weights) }
}

function entriesOf(counted: readonly TokenCounts[], columnOf: Int32Array, weights: Float64Array) {
  const N = counted.reduce((sum, { ids }) => sum + ids.length, 0)
  const first = new Int32Array(counted.length + 1)
  const columns = new Int32Array(N)
  const values = new Float64Array(N)
  let at = 0
  counted.forEach(({ ids, counts }, p) => {
    let sum = 0
    ids.forEach((id, i) => {
      const value = (weights[id] as number) * damped(counts[i] as number, 'sqrt')
      columns[at + i] = columnOf[id] as number
      values[at + i] = value
      sum += value
    })
    for (let i = 0; i < ids.length; i++) values[at + i] = (values[at + i] as number) / sum
    at += ids.length
    first[p + 1] = at
  })
  return { first, columns, values }
}
