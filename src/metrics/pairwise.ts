import { at } from '../numeric/at.js'
import { ratio, startsOf } from './scoredOutcomes.js'
import type { PerPrompt, ScoredOutcomes, Statistic } from './scoredOutcomes.js'

/**
 * How often the better of two LLMs on a prompt is predicted higher: over all pairs of outcomes of the same prompt with
 * different scores, a tie of the prediction counting half. NO_VALUE if no prompt has such a pair.
 */
export function pairwiseAccuracy(outcomes: ScoredOutcomes): number {
  return pairwiseStatistic(outcomes)()
}

/** `pairwiseAccuracy` for samples of the prompts; O(P) for each. */
export function pairwiseStatistic(outcomes: ScoredOutcomes): Statistic {
  const { above, below } = pairsByPrompt(outcomes)
  return ratio(above, below)
}

/** Pairs with different scores, and how many of them are predicted right. */
export function pairsByPrompt({ score, prediction, ...places }: ScoredOutcomes): PerPrompt {
  const starts = startsOf(places)
  const agreed = new Float64Array(places.prompts)
  const pairs = new Float64Array(places.prompts)
  for (let p = 0; p < places.prompts; p++) {
    const end = at(starts, p + 1)
    let right = 0
    let all = 0
    for (let i = at(starts, p); i < end; i++) {
      for (let j = i + 1; j < end; j++) {
        const truth = Math.sign(at(score, i) - at(score, j))
        if (truth === 0) continue
        all++
        right += (1 + truth * Math.sign(at(prediction, i) - at(prediction, j))) / 2
      }
    }
    agreed[p] = right
    pairs[p] = all
  }
  return { above: agreed, below: pairs }
}
