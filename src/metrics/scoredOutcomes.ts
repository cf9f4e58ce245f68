import { at } from '../numeric/at.js'
import { dot } from '../numeric/vector.js'

export type Floats = Float32Array | Float64Array

/** Outcomes with what a system predicted for each, as parallel arrays [N]. */
export interface ScoredOutcomes {
  /** Number of prompts P; some may have no outcome. */
  prompts: number
  /** [N], from 0 to P - 1, ascending. */
  prompt: Int32Array
  /** [N], from 0 (failed) to 1. */
  score: Floats
  /** [N] */
  prediction: Floats
}

/**
 * A metric that can be computed again for any sample of the prompts.
 * @param weights [P], how often a prompt is in the sample; each prompt once if they are left out.
 * @returns NO_VALUE if the sample has nothing to compute it from.
 */
export interface Statistic {
  (weights?: Float64Array): number
  /**
   * For a metric that is biased, so that its values in samples say little of its true value: what that is, at least and at most,
   * if the whole is off by as much as a sample is.
   */
  bounds?: (weights: Float64Array) => Bounds
}

/** `low` <= `high`; NO_VALUE both if a sample has nothing. */
export interface Bounds {
  low: number
  high: number
}

/** The value of a statistic over nothing: what 0 / 0 gives. `hasValue` tells. */
export const NO_VALUE = NaN

export function hasValue(value: number): boolean {
  return !Number.isNaN(value)
}

/** What each prompt adds to a metric, [P] each: the metric is the sum of `above` over that of `below`. */
export interface PerPrompt {
  above: Float64Array
  below: Float64Array
}

/** Weighted sum of `numerators` over that of `denominators`, both [P]: what most metrics are, prompt by prompt. */
export function ratio(numerators: Float64Array, denominators: Float64Array): Statistic {
  const ones = new Float64Array(numerators.length).fill(1)
  return (weights = ones) => dot(weights, numerators) / dot(weights, denominators)
}

/** First outcome of each prompt, [P + 1]: those of prompt p are `starts[p]` to `starts[p + 1] - 1`. */
export function startsOf({ prompts, prompt }: Pick<ScoredOutcomes, 'prompts' | 'prompt'>): Int32Array {
  const starts = new Int32Array(prompts + 1)
  for (const p of prompt) starts[p + 1] = at(starts, p + 1) + 1
  for (let p = 0; p < prompts; p++) starts[p + 1] = at(starts, p + 1) + at(starts, p)
  return starts
}

/** The places of the outcomes of prompt p. @param starts as `startsOf` gives them */
export function placesOf(starts: Int32Array, p: number): number[] {
  const from = at(starts, p)
  return Array.from({ length: at(starts, p + 1) - from }, (_, i) => from + i)
}
