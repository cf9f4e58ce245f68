import type { Calibration } from '../card.js'
import { logistic } from '../numeric/logistic.js'

/** How the logit of a network becomes that of its score. */
export type LogitScale = Pick<Calibration, 'slope' | 'intercept'>

/** The scale if a card has no calibration. */
export const UNCALIBRATED: LogitScale = { slope: 1, intercept: 0 }

/**
 * The largest double below 1 and the smallest above 0 that float32 tells from them: a score may round to 0 or 1, but it is
 * never certain.
 */
const MAX_PROBABILITY = 1 - 2 ** -25
const MIN_PROBABILITY = 2 ** -149

/** In [0, 1], in float64: 1 / (1 + exp(-(slope * logit + intercept))). */
export function probabilityOf(logit: number, { slope, intercept } = UNCALIBRATED): number {
  return logistic(slope * logit + intercept)
}

/** Logits as the scale makes them: the probability is the logistic function of each. */
export function scaledLogits(logits: Float32Array, { slope, intercept } = UNCALIBRATED): Float32Array {
  return logits.map((z) => slope * z + intercept)
}

/** The logit of a probability, finite also for 0 and 1. */
export function logitOf(probability: number): number {
  const p = Math.min(MAX_PROBABILITY, Math.max(MIN_PROBABILITY, probability))
  return Math.log(p) - Math.log1p(-p)
}
