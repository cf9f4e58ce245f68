import type { Calibration } from '../../card.js'
import { probabilityOf } from '../../calibration/probability.js'
import type { LogitScale } from '../../calibration/probability.js'
import { softplus } from '../../numeric/logistic.js'

const STEPS = 200
/** Change of slope and intercept, together, that is no change any more. */
const CLOSE = 1e-10
/** Scores that say nothing are made equal, nearly, but never turned round. */
const MIN_SLOPE = 1e-3
/** How often a step is halved that would lead upwards. */
const HALVINGS = 60

/**
 * Slope and intercept that make 1 / (1 + exp(-(slope * z + intercept))) the likeliest probabilities of the targets (Platt
 * 1999), by Newton's method from 1 and 0, with steps that never lead upwards: from logits that are far too certain a whole
 * one would never come back. On held-out prompts, or they learn how well the network knows its own.
 * @param logits [n]
 * @param targets [n] in [0, 1]; NaN where there is none
 */
export function fitCalibration(logits: Float32Array, targets: Float32Array): Calibration {
  let scale: LogitScale = { slope: 1, intercept: 0 }
  let loss = lossOf(logits, targets, scale)
  for (let step = 0; step < STEPS; step++) {
    const { bySlope, byIntercept } = newtonStep(logits, targets, scale)
    const moved = (share: number) => ({
      slope: Math.max(MIN_SLOPE, scale.slope - share * bySlope),
      intercept: scale.intercept - share * byIntercept,
    })
    let share = 1
    for (let n = 0; n < HALVINGS && lossOf(logits, targets, moved(share)) > loss; n++) share /= 2
    const next = moved(share)
    const nextLoss = lossOf(logits, targets, next)
    if (!(nextLoss <= loss)) break
    const change = Math.abs(next.slope - scale.slope) + Math.abs(next.intercept - scale.intercept)
    scale = next
    loss = nextLoss
    if (change < CLOSE) break
  }
  return { type: 'platt', ...scale }
}

/** The cross-entropy, and a touch of the prior that the logits are right as they are. */
function lossOf(logits: Float32Array, targets: Float32Array, { slope, intercept }: LogitScale): number {
  let loss = ((slope - 1) ** 2 + intercept ** 2) / 2
  for (let i = 0; i < logits.length; i++) {
    const y = targets[i] ?? NaN
    if (Number.isNaN(y)) continue
    const z = slope * (logits[i] ?? NaN) + intercept
    loss += softplus(z) - y * z
  }
  return loss
}

/** What Newton's method takes away; at the least slope, below which it would fall, from the intercept alone. */
function newtonStep(logits: Float32Array, targets: Float32Array, scale: LogitScale) {
  const { slope, intercept } = scale
  let [ga, gb, haa, hab, hbb] = [slope - 1, intercept, 1, 0, 1]
  for (let i = 0; i < logits.length; i++) {
    const y = targets[i] ?? NaN
    if (Number.isNaN(y)) continue
    const z = logits[i] ?? NaN
    const p = probabilityOf(z, scale)
    const w = p * (1 - p)
    ga += (p - y) * z
    gb += p - y
    haa += w * z * z
    hab += w * z
    hbb += w
  }
  if (slope < MIN_SLOPE + CLOSE && ga > 0) return { bySlope: slope - MIN_SLOPE, byIntercept: gb / hbb }
  const determinant = haa * hbb - hab * hab
  return { bySlope: (hbb * ga - hab * gb) / determinant, byIntercept: (haa * gb - hab * ga) / determinant }
}
