/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loop over P prompts and B bins is run for each of a thousand samples: plain indexing, since `at` makes it several times slower. */
import { at } from '../numeric/at.js'
import type { Bounds } from './scoredOutcomes.js'

/** What each prompt adds to the bins of a calibration error, which is the sum over bins of |sum of `excess`| / sum of `weight`. */
export interface BinnedExcess {
  /** [P * B] prediction less score, summed over what of the prompt is in the bin. */
  excess: Float64Array
  /** [P] what that weighs in all bins together. */
  weight: Float64Array
}

/**
 * What the calibration error of all prompts there could be is, judged by a sample of the measured ones: the basic bootstrap, with
 * what it misses of a sum of absolute values added.
 *
 * Chance moves each bin off its true difference, and an absolute value turns that into an error even where all predictions are
 * right: the measured error lies above the true one, and that of a sample above the measured one. The bias of a sample is not that
 * of the whole, so that no reflection or shift of the samples mends it (Sun et al., A confidence interval for the l2 expected
 * calibration error, 2024: resampled intervals do not cover it). But whatever the true differences are, the error is off by no less
 * than their signs times what chance adds to each, and by no more than that in bins whose sign is known and its size in all
 * others. A sign is known if the difference is greater than sqrt(log P) of its standard errors (Andrews and Soares, Inference
 * for parameters defined by moment inequalities, 2010), over prompts, since the outcomes of one prompt depend on each other.
 */
export function calibrationBounds({ excess, weight }: BinnedExcess): (weights: Float64Array) => Bounds {
  const P = weight.length
  const B = excess.length / P
  const mean = differences({ excess, weight }, new Float64Array(P).fill(1), B)
  const deviation = standardErrors({ excess, weight }, mean)
  const limit = Math.sqrt(Math.log(P))
  const sign = mean.map(Math.sign)
  const isClear = mean.map((difference, b) => Number(Math.abs(difference) > limit * at(deviation, b)))
  const value = mean.reduce((sum, difference) => sum + Math.abs(difference), 0)
  return (weights) => {
    const sampled = differences({ excess, weight }, weights, B)
    let [least, most] = [0, 0]
    for (let b = 0; b < B; b++) {
      const chance = (sampled[b] as number) - (mean[b] as number)
      const signed = chance * (sign[b] as number)
      least += signed
      most += isClear[b] === 1 ? signed : Math.abs(chance)
    }
    return { low: Math.max(0, value - most), high: value - least }
  }
}

/** [B] sum of the excess in each bin over the weight of all. */
function differences({ excess, weight }: BinnedExcess, weights: Float64Array, B: number): Float64Array {
  const sums = new Float64Array(B)
  let total = 0
  for (let p = 0; p < weight.length; p++) {
    const times = weights[p] as number
    if (times === 0) continue
    total += times * (weight[p] as number)
    for (let b = 0; b < B; b++) sums[b] = (sums[b] as number) + times * (excess[p * B + b] as number)
  }
  return sums.map((sum) => sum / total)
}

/** [B] of the differences, over prompts: those of ratios of sums. */
function standardErrors({ excess, weight }: BinnedExcess, mean: Float64Array): Float64Array {
  const B = mean.length
  const total = weight.reduce((a, b) => a + b, 0)
  const variance = new Float64Array(B)
  weight.forEach((own, p) => {
    for (let b = 0; b < B; b++) {
      const residual = at(excess, p * B + b) - at(mean, b) * own
      variance[b] = at(variance, b) + (residual / total) ** 2
    }
  })
  return variance.map(Math.sqrt)
}
