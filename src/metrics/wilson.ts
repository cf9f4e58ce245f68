import type { Estimate } from './bootstrap.js'

/** Standard deviations on either side of 95 %. */
const DEVIATIONS = 1.96

/** A share of independent cases with its 95 % interval by Wilson (1927), which also holds near 0 and 1. @param n at least 1 */
export function shareOf(cases: number, n: number): Estimate {
  const value = cases / n
  const z2 = DEVIATIONS ** 2 / n
  const middle = (value + z2 / 2) / (1 + z2)
  const half = (DEVIATIONS / (1 + z2)) * Math.sqrt((value * (1 - value)) / n + z2 / (4 * n))
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
