/**
 * Step of the trapezoidal rule, in standard deviations of the normal density that it integrates; it converges exponentially for
 * what is analytic. The error is exp(-2 (π d / step)²) for a normal density of deviation d, and exp(-2 π² / (s step)) for the
 * logistic function of a - s t, whose nearest pole is π / s from the real line: 3e-9 for s = 4 (Trefethen and Weideman 2014, The
 * exponentially convergent trapezoidal rule).
 */
const STEP = 0.25

/** Standard deviations on either side beyond which a normal density has 1e-13 left. */
const REACH = 7.5

/** A distribution of difficulties, in standard deviations of that over all prompts. */
export interface Points {
  /** [n] exp(deviation · t): what the odds of a success are divided by at the difficulty t. */
  odds: Float64Array
  /** [n] the sum is 1. */
  weights: Float64Array
}

interface Shape {
  /** About where the density is highest. */
  mode: number
  /** What it adds to the precision of the normal density at most: the narrower it is, the closer the points must lie. */
  precision: number
  /** On either side of the mode. */
  reach: number
}

/**
 * @param deviation of the logits, by the difficulty
 * @param logDensity up to a constant, of a density that is nowhere flatter than the standard normal one
 */
export function pointsOf(
  deviation: number,
  logDensity: (t: number) => number,
  { mode = 0, precision = 0, reach = REACH }: Partial<Shape> = {},
): Points {
  const step = Math.min(STEP, 1 / Math.sqrt(1 + precision))
  const half = Math.ceil(reach / step)
  const places = Float64Array.from({ length: 2 * half + 1 }, (_, k) => mode + (k - half) * step)
  const logs = places.map(logDensity)
  const greatest = logs.reduce((a, b) => Math.max(a, b))
  const weights = logs.map((log) => Math.exp(log - greatest))
  const total = weights.reduce((a, b) => a + b)
  return {
    odds: places.map((t) => Math.exp(deviation * t)),
    weights: weights.map((weight) => weight / total),
  }
}
