import type { ScoredOutcomes, Statistic } from './scoredOutcomes.js'

/** Bins of equal width over [0, 1]. */
export const BINS = 15

/** What was predicted and what came in one bin. */
export interface ReliabilityBin {
  outcomes: number
  /** Means over the outcomes of the bin; NaN where it is empty. */
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

/**
 * `calibrationError` for samples of the prompts; O(N) for each. It never falls below 0, so samples lie a little above
 * the value of the whole.
 */
export function calibrationErrorStatistic({ prompt, score, prediction }: ScoredOutcomes): Statistic {
  const bin = Uint8Array.from(prediction, binOf)
  return (weights) => {
    const excess = new Float64Array(BINS)
    let total = 0
    for (let i = 0; i < bin.length; i++) {
      const weight = weights?.[prompt[i] ?? 0] ?? 1
      const b = bin[i] ?? 0
      excess[b] = (excess[b] ?? 0) + weight * ((prediction[i] ?? 0) - (score[i] ?? 0))
      total += weight
    }
    // In each bin: outcomes times the difference of the means is the difference of the sums.
    return excess.reduce((sum, value) => sum + Math.abs(value), 0) / total
  }
}

/** The bins of a reliability diagram, from low predictions to high ones, [BINS]. */
export function reliability({
  score,
  prediction,
}: Pick<ScoredOutcomes, 'score' | 'prediction'>): ReliabilityBin[] {
  const sums = Array.from({ length: BINS }, () => ({ outcomes: 0, predicted: 0, observed: 0 }))
  prediction.forEach((probability, i) => {
    const sum = sums[binOf(probability)]
    if (sum === undefined) return
    sum.outcomes++
    sum.predicted += probability
    sum.observed += score[i] ?? 0
  })
  return sums.map(({ outcomes, predicted, observed }) => ({
    outcomes,
    predicted: predicted / outcomes,
    observed: observed / outcomes,
  }))
}

function binOf(probability: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS)))
}
