import type { Calibration } from '../card.js'

/** How the logit of a network becomes that of its score. */
export type LogitScale = Pick<Calibration, 'slope' | 'intercept'>

/** The scale where a card has no calibration. */
export const UNCALIBRATED: LogitScale = { slope: 1, intercept: 0 }

/** The largest doubles below 1 and above 0 that float32 tells from them: a score may round to 0 or 1, certain it is not. */
const MOST = 1 - 2 ** -25
const LEAST = 2 ** -149

/** In [0, 1], in float64: 1 / (1 + exp(-(slope * logit + intercept))). */
export function probabilityOf(logit: number, { slope, intercept } = UNCALIBRATED): number {
  return 1 / (1 + Math.exp(-(slope * logit + intercept)))
}

/** The logit of a probability, finite also for 0 and 1. */
export function logitOf(probability: number): number {
  const p = Math.min(MOST, Math.max(LEAST, probability))
  return Math.log(p) - Math.log1p(-p)
}
