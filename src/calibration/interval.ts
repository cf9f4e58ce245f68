import type { EvidenceSpec } from '../card.js'
import { logitOf, probabilityOf } from './probability.js'

/** Standard deviations of the normal distribution beyond which a double of its integral is 1. */
const MAX_DEVIATIONS = 8.3

/** The interval of a probability; `low` <= probability <= `high`. */
export interface Interval {
  low: number
  high: number
}

/**
 * Standard deviation of a logit: the fewer outcomes its LLM has on the prompt's category and the less familiar the prompt, the
 * larger.
 * @param outcomes of the LLM on the category, >= 0
 * @param familiarity in [0, 1]
 */
export function logitDeviation(
  { base, sparse, unfamiliar }: EvidenceSpec['interval'],
  outcomes: number,
  familiarity: number,
): number {
  return Math.hypot(ownDeviation({ base, sparse }, outcomes), unfamiliar * (1 - familiarity))
}

/**
 * The part of it that LLMs do not share: an unfamiliar prompt moves the logits of all together. The standard error of the
 * difference of two logits is the square root of the sum of the squares of theirs.
 */
export function ownDeviation(
  { base, sparse }: Pick<EvidenceSpec['interval'], 'base' | 'sparse'>,
  outcomes: number,
): number {
  return Math.sqrt(base ** 2 + sparse ** 2 / (outcomes + 1))
}

/** @param reach how far the logit may be off: `deviationsOf(level)` times its standard deviation. */
export function intervalAround(probability: number, reach: number): Interval {
  const logit = logitOf(probability)
  // A score of exactly 0 or 1 was rounded; its logit is that of a neighbor.
  return {
    low: Math.min(probability, probabilityOf(logit - reach)),
    high: Math.max(probability, probabilityOf(logit + reach)),
  }
}

/**
 * Standard deviations on either side of the mean within which a share `level` of a normal distribution lies, by bisection:
 * it runs once per saved model.
 * @param level in (0, 1)
 */
export function deviationsOf(level: number): number {
  let [below, above] = [0, MAX_DEVIATIONS]
  for (let step = 0; step < 60; step++) {
    const middle = (below + above) / 2
    if (shareWithin(middle) < level) below = middle
    else above = middle
  }
  return above
}

/** Share of a normal distribution within x standard deviations: 2 φ(x) (x + x³/3 + x⁵/(3·5) + …). */
export function shareWithin(x: number): number {
  let term = x
  let sum = x
  for (let n = 3; term > sum * Number.EPSILON; n += 2) {
    term *= x ** 2 / n
    sum += term
  }
  return Math.sqrt(2 / Math.PI) * Math.exp(-(x ** 2) / 2) * sum
}
