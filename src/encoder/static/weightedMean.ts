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
  const shares = Float64Array.from(counts, (count) => damped(count, damping))
  const sums = rowSums(ids, shares)
  const total = shares.reduce((sum, share) => sum + share, 0)
  const length = normalize ? Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0)) : total
  return length > 0 ? Float32Array.from(sums, (value) => value / length) : new Float32Array(sums.length)
}
