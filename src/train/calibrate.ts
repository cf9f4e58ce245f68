import type { Calibration } from '../card.js'
import { probabilityOf } from '../savedModel/probability.js'

const STEPS = 50
/** Change of slope and intercept, together, that is no change any more. */
const CLOSE = 1e-10

/**
 * Slope and intercept that make 1 / (1 + exp(-(slope * z + intercept))) the likeliest probabilities of the targets (Platt
 * 1999), by Newton's method from 1 and 0. On held-out prompts, or they learn how well the network knows its own.
 * @param logits [n]
 * @param targets [n] in [0, 1]; NaN where there is none
 */
export function fitCalibration(logits: Float32Array, targets: Float32Array): Calibration {
  let [slope, intercept] = [1, 0]
  for (let step = 0; step < STEPS; step++) {
    // Gradient and Hessian of the cross-entropy, and a touch of the prior that the logits are right as they are.
    let [ga, gb, haa, hab, hbb] = [slope - 1, intercept, 1, 0, 1]
    for (let i = 0; i < logits.length; i++) {
      const y = targets[i] ?? NaN
      if (Number.isNaN(y)) continue
      const z = logits[i] ?? NaN
      const p = probabilityOf(z, { slope, intercept })
      const w = p * (1 - p)
      ga += (p - y) * z
      gb += p - y
      haa += w * z * z
      hab += w * z
      hbb += w
    }
    const determinant = haa * hbb - hab * hab
    const [da, db] = [(hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant]
    slope = Math.max(MIN_SLOPE, slope - da)
    intercept -= db
    if (Math.abs(da) + Math.abs(db) < CLOSE) break
  }
  return { type: 'platt', slope, intercept }
}

/** Scores that say nothing are made equal, nearly, but never turned round. */
const MIN_SLOPE = 1e-3
