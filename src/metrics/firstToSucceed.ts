import { at, valueAt } from '../numeric/at.js'
import { mean } from '../numeric/mean.js'
import { createRandom, permutation } from '../numeric/random.js'
import type { Joint } from './afterFailure.js'
import { crossEntropy } from './properScores.js'
import { startsOf } from './scoredOutcomes.js'
import type { PerPrompt, ScoredOutcomes } from './scoredOutcomes.js'

/** LLMs that a router chooses from, and how often they are drawn again for a prompt. */
const CANDIDATES = 5
const DRAWS = 4

/** [P] for each prompt some lists of its outcomes, each in the order in which its LLMs would be tried. */
export type Lists = readonly (readonly Int32Array[])[]

/**
 * Lists of LLMs that were judged on a prompt, drawn at random and ordered by their mean prediction over all prompts, as prices mostly
 * are. None for a prompt with fewer than two outcomes.
 * @param llm [N] of each outcome
 */
export function drawLists(outcomes: ScoredOutcomes, llm: ArrayLike<string | number>, seed: number): Lists {
  const strength = meanPredictions(outcomes, llm)
  const strengthOf = (i: number) => valueAt(strength, at(llm, i))
  const starts = startsOf(outcomes)
  const random = createRandom(seed)
  return Array.from({ length: outcomes.prompts }, (_, p) => {
    const from = at(starts, p)
    const n = at(starts, p + 1) - from
    if (n < 2) return []
    return Array.from({ length: DRAWS }, () =>
      permutation(n, random)
        .subarray(0, CANDIDATES)
        .map((place) => from + place)
        .sort((i, j) => strengthOf(i) - strengthOf(j)),
    )
  })
}

/** LLM -> its mean prediction. */
function meanPredictions(
  { prediction }: ScoredOutcomes,
  llm: ArrayLike<string | number>,
): Map<string | number, number> {
  const own = new Map<string | number, number[]>()
  prediction.forEach((probability, i) => {
    const known = own.get(at(llm, i))
    if (known === undefined) own.set(at(llm, i), [probability])
    else known.push(probability)
  })
  return new Map([...own].map(([name, predictions]) => [name, mean(predictions)]))
}

/**
 * Which LLM of a list is the first to succeed, or none: the mean cross-entropy in nats over the lists of each prompt. A score of 0.7 is
 * 0.7 of a success.
 */
export function firstToSucceedByPrompt(outcomes: ScoredOutcomes, lists: Lists, joint: Joint): PerPrompt {
  const above = Float64Array.from(lists, (ofPrompt) =>
    ofPrompt.reduce((sum, list) => sum + lossOf(outcomes, list, joint) / ofPrompt.length, 0),
  )
  return { above, below: Float64Array.from(lists, (ofPrompt) => (ofPrompt.length > 0 ? 1 : 0)) }
}

function lossOf({ prediction, score }: ScoredOutcomes, list: Int32Array, joint: Joint): number {
  const predicted = joint.firstToSucceed(Float64Array.from(list, (i) => at(prediction, i)))
  let left = 1
  const loss = list.reduce((sum, i, place) => {
    const share = left * at(score, i)
    left -= share
    return sum + share * crossEntropy(at(predicted, place), 1)
  }, 0)
  return loss + left * crossEntropy(at(predicted, list.length), 1)
}
