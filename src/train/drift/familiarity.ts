import { shareWithin } from '../../calibration/interval.js'
import { at } from '../../numeric/at.js'
import { driftOf } from '../learn/drift.js'
import type { Drift } from '../learn/drift.js'

/** The quantiles of a card are at steps of which these are multiples: what is between two is not known. */
const BINS = 10

/** Beyond, a tail is 0 to the last digit. */
const MAX_DEVIATIONS = 9

/** How familiar prompts are, next to the held-out prompts of the training, a tenth of which lie in each tenth. */
export interface FamiliarityDrift extends Drift {
  /** Of the distance, if nothing has drifted. */
  pValue: number
  /** [10] share of the prompts in each tenth, from the least familiar. */
  tenths: number[]
  /** Population stability index: sum over the tenths of (share - 0.1) ln(share / 0.1). */
  stability: number
  /** Of the shares, by Pearson's statistic. */
  stabilityPValue: number
}

/** @param familiarities [n] of prompts that do not depend on each other, at least one */
export function familiarityDrift(familiarities: readonly number[]): FamiliarityDrift {
  const drift = driftOf(familiarities)
  const n = familiarities.length
  const counts = new Array<number>(BINS).fill(0)
  for (const value of familiarities) {
    const bin = Math.min(BINS - 1, Math.floor(value * BINS))
    counts[bin] = at(counts, bin) + 1
  }
  const pearson = counts.reduce((sum, count) => sum + (count - n / BINS) ** 2 / (n / BINS), 0)
  return {
    ...drift,
    pValue: kolmogorovTail(drift.distance, n),
    tenths: counts.map((count) => count / n),
    stability: stabilityIndex(
      counts,
      counts.map(() => n / BINS),
    ),
    stabilityPValue: chiSquareTail(pearson, BINS - 1),
  }
}

/**
 * Population stability index of two distributions over the same bins: the sum of (p - q) ln(p / q). Half a case is added to each
 * bin, since one may be empty.
 */
export function stabilityIndex(counts: readonly number[], others: readonly number[]): number {
  const sharesOf = (own: readonly number[]) => {
    const total = own.reduce((sum, count) => sum + count + 0.5, 0)
    return own.map((count) => (count + 0.5) / total)
  }
  const [p, q] = [sharesOf(counts), sharesOf(others)]
  return p.reduce((sum, share, i) => sum + (share - at(q, i)) * Math.log(share / at(q, i)), 0)
}

/** P(distance is greater) of n numbers from a distribution that is known: Kolmogorov's series with Stephens' (1970) correction. */
function kolmogorovTail(distance: number, n: number): number {
  const root = Math.sqrt(n)
  const x = (root + 0.12 + 0.11 / root) * distance
  // Below, the series converges slowly, and the sum is 1 to five digits.
  if (x < 0.3) return 1
  let sum = 0
  for (let k = 1; k <= 20; k++) sum += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * (k * x) ** 2)
  return Math.min(1, Math.max(0, sum))
}

/** P(a chi-square variable is greater), by the cube root of Wilson and Hilferty (1931): to 0.001 from 3 degrees on. */
function chiSquareTail(value: number, degrees: number): number {
  const spread = 2 / (9 * degrees)
  const deviations = (Math.cbrt(value / degrees) - (1 - spread)) / Math.sqrt(spread)
  const within = deviations === 0 ? 0 : shareWithin(Math.min(MAX_DEVIATIONS, Math.abs(deviations)))
  return (1 - Math.sign(deviations) * within) / 2
}
