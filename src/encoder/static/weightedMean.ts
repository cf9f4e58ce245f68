/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style, @typescript-eslint/prefer-for-of --
   Plain loops: reduce and from of typed arrays take ten times as long as the sum of the rows. */
import type { RowSums } from './rowSums.js'
import type { StaticConfig } from './staticSpec.js'
import { damped } from './tokenCounts.js'
import type { TokenCounts } from './tokenCounts.js'

/**
 * @returns [E]: the sum of damped(count) times row, divided by the sum of damped(count) or, normalized, by its own length;
 * the zero vector without tokens, or where rows cancel out, since there is no direction then.
 */
export function weightedMean(
  rowSums: RowSums,
  { ids, counts }: TokenCounts,
  { count_damping: damping, normalize }: Pick<StaticConfig, 'count_damping' | 'normalize'>,
): Float32Array {
  const shares = new Float64Array(counts.length)
  let total = 0
  for (let i = 0; i < counts.length; i++) {
    const share = damped(counts[i] as number, damping)
    shares[i] = share
    total += share
  }
  const sums = rowSums(ids, shares)
  let squares = 0
  for (let e = 0; e < sums.length; e++) squares += (sums[e] as number) ** 2
  const divisor = normalize ? Math.sqrt(squares) : total
  const vector = new Float32Array(sums.length)
  if (divisor > 0) for (let e = 0; e < sums.length; e++) vector[e] = (sums[e] as number) / divisor
  return vector
}
