import { at } from '../numeric/at.js'
import { mean } from '../numeric/mean.js'
import { NO_VALUE, ratio } from './scoredOutcomes.js'
import type { Statistic } from './scoredOutcomes.js'

/** Of a sum of squares, relative to it. */
const ROUNDING = 1e-12

/** Counted answers with what is predicted for each, as parallel arrays [N]. */
export interface PredictedLengths {
  /** Number of prompts P. */
  prompts: number
  /** [N], from 0 to P - 1, ascending. */
  prompt: Int32Array
  /** Tokens, 1 or more. */
  tokens: Float64Array
  /** The median that is predicted. */
  median: Float64Array
}

/** The share of the variance of the logs of lengths that is predicted. */
export function explainedVariance({ prompts, prompt, tokens, median }: PredictedLengths): Statistic {
  const logs = tokens.map(Math.log)
  // From their mean, since their squares would hide what differs.
  const center = logs.length === 0 ? 0 : mean(logs)
  const sums = Array.from({ length: 4 }, () => new Float64Array(prompts))
  prompt.forEach((p, i) => {
    const value = at(logs, i) - center
    const error = at(logs, i) - Math.log(at(median, i))
    const terms = [1, value, value ** 2, error ** 2]
    sums.forEach((sum, n) => (sum[p] = at(sum, p) + at(terms, n)))
  })
  return (weights) => {
    const [count = 0, first = 0, second = 0, errors = 0] = sums.map((sum) => weightedSum(sum, weights))
    const variance = second - first ** 2 / count
    // Lengths that are all the same leave nothing to explain, but for rounding.
    return variance > ROUNDING * second ? 1 - errors / variance : NO_VALUE
  }
}

/** The median over answers of |predicted - tokens| / tokens. */
export function medianRelativeError({ prompt, tokens, median }: PredictedLengths): Statistic {
  const errors = tokens.map((value, i) => Math.abs(at(median, i) - value) / value)
  const order = Array.from(errors.keys()).sort((i, j) => at(errors, i) - at(errors, j))
  const sorted = { error: order.map((i) => at(errors, i)), prompt: order.map((i) => at(prompt, i)) }
  return (weights) => {
    const weightOf = (i: number) => (weights === undefined ? 1 : at(weights, at(sorted.prompt, i)))
    let total = 0
    for (let i = 0; i < order.length; i++) total += weightOf(i)
    let below = 0
    for (let i = 0; i < order.length; i++) {
      below += weightOf(i)
      if (below > 0 && 2 * below >= total) return at(sorted.error, i)
    }
    return NO_VALUE
  }
}

/** Sum over all answers of one quantity over that of another, both [N]. */
export function ratioOfSums(
  { prompts, prompt }: Pick<PredictedLengths, 'prompts' | 'prompt'>,
  above: Float64Array,
  below: Float64Array,
): Statistic {
  const [sumsAbove, sumsBelow] = [new Float64Array(prompts), new Float64Array(prompts)]
  prompt.forEach((p, i) => {
    sumsAbove[p] = at(sumsAbove, p) + at(above, i)
    sumsBelow[p] = at(sumsBelow, p) + at(below, i)
  })
  return ratio(sumsAbove, sumsBelow)
}

function weightedSum(sums: Float64Array, weights: Float64Array | undefined): number {
  return sums.reduce((total, value, p) => total + value * (weights === undefined ? 1 : at(weights, p)), 0)
}
