import { at } from '../numeric/at.js'
import { ratio } from './scoredOutcomes.js'
import type { PerPrompt, ScoredOutcomes, Statistic } from './scoredOutcomes.js'

/** A probability counts as this far from 0 and 1 at least, or one certain mistake would be infinitely bad. */
const CLIP = 1e-7

/** Mean cross-entropy in nats of the predicted probability against the score as a soft target. */
export function logLoss(outcomes: ScoredOutcomes): number {
  return logLossStatistic(outcomes)()
}

/** Mean squared difference of the predicted probability and the score. */
export function brier(outcomes: ScoredOutcomes): number {
  return brierStatistic(outcomes)()
}

/** `logLoss` for samples of the prompts; O(P) for each. */
export function logLossStatistic(outcomes: ScoredOutcomes): Statistic {
  const { above, below } = logLossByPrompt(outcomes)
  return ratio(above, below)
}

/** The cross-entropies of the outcomes of each prompt, and how many they are. */
export function logLossByPrompt(outcomes: ScoredOutcomes): PerPrompt {
  return sumsByPrompt(outcomes, crossEntropy)
}

/** In nats, of a probability against a score as a soft target. */
export function crossEntropy(probability: number, score: number): number {
  const clipped = Math.min(1 - CLIP, Math.max(CLIP, probability))
  return -score * Math.log(clipped) - (1 - score) * Math.log(1 - clipped)
}

/** `brier` for samples of the prompts; O(P) for each. */
export function brierStatistic(outcomes: ScoredOutcomes): Statistic {
  const { above, below } = sumsByPrompt(outcomes, (probability, score) => (probability - score) ** 2)
  return ratio(above, below)
}

function sumsByPrompt(
  { prompts, prompt, score, prediction }: ScoredOutcomes,
  loss: (probability: number, score: number) => number,
): PerPrompt {
  const sums = new Float64Array(prompts)
  const counts = new Float64Array(prompts)
  prompt.forEach((p, i) => {
    sums[p] = at(sums, p) + loss(at(prediction, i), at(score, i))
    counts[p] = at(counts, p) + 1
  })
  return { above: sums, below: counts }
}
