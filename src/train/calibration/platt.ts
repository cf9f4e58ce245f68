import { probabilityOf, UNCALIBRATED } from '../../calibration/probability.js'
import type { LogitScale } from '../../calibration/probability.js'
import type { Calibration } from '../../card.js'
import { at } from '../../numeric/at.js'
import { softplus } from '../../numeric/logistic.js'

const MAX_STEPS = 200
/** Change of slope and intercept, together, at which it has converged. */
const TOLERANCE = 1e-10
/** Logits that say nothing are made nearly equal, but their order is never reversed. */
const MIN_SLOPE = 1e-3
/** How often a step is halved that would lead upwards. */
const MAX_HALVINGS = 60

/**
 * Slope and intercept that make 1 / (1 + exp(-(slope * z + intercept))) the likeliest probabilities of the targets (Platt
 * 1999), by Newton's method from 1 and 0, with steps that never lead upwards: from logits that are far too certain a whole
 * one would never come back. On held-out prompts, or they learn how well the network knows its own.
 * @param logits [n]
 * @param targets [n] in [0, 1]; NaN for none
 */
export function fitCalibration(logits: Float32Array, targets: Float32Array): Calibration {
  let scale = UNCALIBRATED
  let loss = lossOf(logits, targets, scale)
  for (let step = 0; step < MAX_STEPS; step++) {
    const { bySlope, byIntercept } = newtonStep(logits, targets, scale)
    const moved = (fraction: number) => ({
      slope: Math.max(MIN_SLOPE, scale.slope - fraction * bySlope),
      intercept: scale.intercept - fraction * byIntercept,
    })
    let fraction = 1
    for (let n = 0; n < MAX_HALVINGS && lossOf(logits, targets, moved(fraction)) > loss; n++) fraction /= 2
    const next = moved(fraction)
    const nextLoss = lossOf(logits, targets, next)
    if (!(nextLoss <= loss)) break
    const change = Math.abs(next.slope - scale.slope) + Math.abs(next.intercept - scale.intercept)
    scale = next
    loss = nextLoss
    if (change < TOLERANCE) break
  }
  return { type: 'platt', ...scale }
}

/** The cross-entropy, and a little of the prior that the logits are right as they are. */
function lossOf(logits: Float32Array, targets: Float32Array, { slope, intercept }: LogitScale): number {
  let loss = ((slope - 1) ** 2 + intercept ** 2) / 2
  targets.forEach((y, i) => {
    if (Number.isNaN(y)) return
    const z = slope * at(logits, i) + intercept
    loss += softplus(z) - y * z
  })
  return loss
}

/** What Newton's method subtracts; at the minimal slope, below which it would fall, from the intercept alone. */
function newtonStep(
  logits: Float32Array,
  targets: Float32Array,
  scale: LogitScale,
): { bySlope: number; byIntercept: number } {
  const { slope, intercept } = scale
  // Gradient and Hessian, those of the prior first.
  let [ga, gb, haa, hab, hbb] = [slope - 1, intercept, 1, 0, 1]
  targets.forEach((y, i) => {
    if (Number.isNaN(y)) return
    const z = at(logits, i)
    const p = probabilityOf(z, scale)
    const w = p * (1 - p)
    ga += (p - y) * z
    gb += p - y
    haa += w * z * z
    hab += w * z
    hbb += w
  })
  if (slope < MIN_SLOPE + TOLERANCE && ga > 0) return { bySlope: slope - MIN_SLOPE, byIntercept: gb / hbb }
  const determinant = haa * hbb - hab * hab
  return { bySlope: (hbb * ga - hab * gb) / determinant, byIntercept: (haa * gb - hab * ga) / determinant }
}
