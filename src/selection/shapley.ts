import { at } from '../numeric/at.js'

/** More would take thousands of values. */
const MAX_PLAYERS = 12

/**
 * The Shapley values of a game (L. S. Shapley, 1953): what each player adds, on average over all orders in which players may come.
 * Their sum is the value of all players less that of none.
 * @param values [2^n] of each coalition, by the bits of its index: bit i for player i
 * @returns [n]
 * @throws RangeError unless there are 2^n values for 1 to 12 players.
 */
export function shapleyValues(values: ArrayLike<number>): Float64Array {
  const n = Math.log2(values.length)
  if (!Number.isInteger(n) || n < 1 || n > MAX_PLAYERS) {
    throw new RangeError(
      `expected the values of all coalitions of 1 to ${MAX_PLAYERS} players, got ${values.length}`,
    )
  }
  const weights = orderShares(n)
  return Float64Array.from({ length: n }, (_, player) => {
    let sum = 0
    for (let others = 0; others < values.length; others++) {
      if ((others & (1 << player)) !== 0) continue
      const gain = at(values, others | (1 << player)) - at(values, others)
      sum += at(weights, sizeOf(others)) * gain
    }
    return sum
  })
}

/** [n] of the orders of n players, the share in which the players before a given one are a given set of s: s! (n - 1 - s)! / n! */
function orderShares(n: number): number[] {
  const shares = [1 / n]
  for (let s = 1; s < n; s++) shares.push((at(shares, s - 1) * s) / (n - s))
  return shares
}

function sizeOf(coalition: number): number {
  let size = 0
  for (let rest = coalition; rest > 0; rest >>= 1) size += rest & 1
  return size
}
