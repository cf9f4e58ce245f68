import { at } from '../../numeric/at.js'
import { logistic } from '../../numeric/logistic.js'

/** Share of outcomes that may be reported falsely: what they could make is not learned. */
const FALSE_SHARE = 0.05

/** Standard deviations on either side of 90 %. */
const DEVIATIONS = 1.645

const MAX_STEPS = 100
const PRECISION = 1e-10

/** Outcomes of one LLM, [n] each. The probability of outcome i is served as logistic(factor * logit). */
export interface LevelOutcomes {
  logits: Float64Array
  factors: Float64Array
  /** In [0, 1]. */
  scores: Float64Array
  /** By how much the logit is higher now than when the outcome was reported. */
  moved: Float64Array
}

/** A level that is added to all logits of an LLM: logistic(factor * (logit + delta)). */
export interface LevelFit {
  /** 0 if that is in the interval. */
  delta: number
  /** Ends of an interval of what false reports, and chance to 90 %, leave open. */
  low: number
  high: number
}

/**
 * The likeliest level, whose prior is a standard normal distribution about the level at which the outcomes were reported, if it is
 * more than chance and false reports could make together.
 */
export function fitLevel(outcomes: LevelOutcomes): LevelFit {
  const wrong = falsifiable(outcomes.factors)
  const [least, most] = [solve(outcomes, -wrong), solve(outcomes, wrong)]
  const low = least - DEVIATIONS * deviationAt(least, outcomes)
  const high = most + DEVIATIONS * deviationAt(most, outcomes)
  const isMoved = low > 0 || high < 0
  return { delta: isMoved ? solve(outcomes, 0) : 0, low, high }
}

/** Of the level, by the curvature of the posterior. */
function deviationAt(delta: number, outcomes: LevelOutcomes): number {
  return 1 / Math.sqrt(1 + derivativesAt(delta, outcomes).variance)
}

/** By how much the sum of scores, each by its factor, can be wrong: the outcomes that count most may be the false ones. */
function falsifiable(factors: Float64Array): number {
  const sorted = factors.slice().sort()
  return sorted.subarray(-Math.ceil(FALSE_SHARE * sorted.length)).reduce((a, b) => a + b, 0)
}

/** Of the log posterior by the level, and the variance of the first one, were the probabilities right. */
function derivativesAt(delta: number, { logits, factors, scores, moved }: LevelOutcomes) {
  let [score, variance, shift] = [0, 0, 0]
  for (let i = 0; i < logits.length; i++) {
    const factor = at(factors, i)
    const probability = logistic(factor * (at(logits, i) + delta))
    score += factor * (at(scores, i) - probability)
    variance += factor * factor * probability * (1 - probability)
    shift += at(moved, i)
  }
  return { score: score - (delta + shift / Math.max(1, logits.length)), variance }
}

/**
 * Newton's method, held between bounds: the derivative falls by one at least for each one of the level.
 * @param shift of the sum of scores
 */
function solve(outcomes: LevelOutcomes, shift: number): number {
  const start = derivativesAt(0, outcomes).score + shift
  let [below, above] = start < 0 ? [start, 0] : [0, start]
  let delta = 0
  for (let step = 0; step < MAX_STEPS; step++) {
    const { score, variance } = derivativesAt(delta, outcomes)
    const rest = score + shift
    if (rest > 0) below = delta
    else above = delta
    const newton = delta + rest / (1 + variance)
    const next = newton > below && newton < above ? newton : (below + above) / 2
    if (Math.abs(next - delta) < PRECISION) return next
    delta = next
  }
  return delta
}
