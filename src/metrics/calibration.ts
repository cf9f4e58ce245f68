/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loop over N outcomes is run for each of a thousand samples: plain indexing, since `at` makes it four times slower. */
import { at } from '../numeric/at.js'
import { calibrationBounds } from './calibrationBounds.js'
import type { ScoredOutcomes, Statistic } from './scoredOutcomes.js'

/** Bins of equal width over [0, 1]. */
export const BINS = 15

/** What was predicted and what was observed in one bin. */
export interface ReliabilityBin {
  outcomes: number
  /** Means over the outcomes of the bin. */
  predicted: number
  observed: number
}

/**
 * Expected calibration error: the difference of mean prediction and mean score in a bin, averaged over BINS bins by
 * their outcomes.
 */
export function calibrationError(outcomes: ScoredOutcomes): number {
  return calibrationErrorStatistic(outcomes)()
}

/** `calibrationError` for samples of the prompts, O(N) for each, and what it could be of all prompts there are. */
export function calibrationErrorStatistic({ prompts, prompt, score, prediction }: ScoredOutcomes): Statistic {
  const bin = Uint8Array.from(prediction, binOf)
  const excess = Float64Array.from(prediction, (probability, i) => probability - at(score, i))
  const ones = new Float64Array(prompts).fill(1)
  const valueOf = (weights: Float64Array = ones) => {
    const sums = new Float64Array(BINS)
    let total = 0
    for (let i = 0; i < bin.length; i++) {
      const weight = weights[prompt[i] as number] as number
      const b = bin[i] as number
      sums[b] = (sums[b] as number) + weight * (excess[i] as number)
      total += weight
    }
    // In each bin: outcomes times the difference of the means is the difference of the sums.
    return sums.reduce((sum, value) => sum + Math.abs(value), 0) / total
  }
  const byPrompt = { excess: new Float64Array(prompts * BINS), weight: new Float64Array(prompts) }
  prompt.forEach((p, i) => {
    const cell = p * BINS + at(bin, i)
    byPrompt.excess[cell] = at(byPrompt.excess, cell) + at(excess, i)
    byPrompt.weight[p] = at(byPrompt.weight, p) + 1
  })
  return Object.assign(valueOf, { bounds: calibrationBounds(byPrompt) })
}

/** The bins of a reliability diagram that have outcomes, from low predictions to high ones. */
export function reliability({
  score,
  prediction,
}: Pick<ScoredOutcomes, 'score' | 'prediction'>): ReliabilityBin[] {
  const sums = Array.from({ length: BINS }, () => ({ outcomes: 0, predicted: 0, observed: 0 }))
  prediction.forEach((probability, i) => {
    const sum = at(sums, binOf(probability))
    sum.outcomes++
    sum.predicted += probability
    sum.observed += at(score, i)
  })
  return sums
    .filter(({ outcomes }) => outcomes > 0)
    .map(({ outcomes, predicted, observed }) => ({
      outcomes,
      predicted: predicted / outcomes,
      observed: observed / outcomes,
    }))
}

/** The bin of a probability. */
export function binOf(probability: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS)))
}
