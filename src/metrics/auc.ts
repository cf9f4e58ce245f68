/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loop over N outcomes is run for each of a thousand samples: plain indexing, since `at` makes it four times slower. */
import { at } from '../numeric/at.js'
import type { Floats, ScoredOutcomes, Statistic } from './scoredOutcomes.js'

/**
 * Area under the ROC curve: the chance that a success is predicted higher than a failure, a tie counting half.
 *
 * A label may be soft: an outcome of 0.7 counts as 0.7 of a success and 0.3 of a failure, both with its prediction. For
 * labels of 0 and 1 that is the common AUC. O(N log N).
 * @param predictions [N]
 * @param labels [N], from 0 to 1
 * @param weights [N], how often each outcome counts
 * @returns NO_VALUE if there are no successes or no failures.
 */
export function auc(predictions: Floats, labels: Floats, weights?: Float64Array): number {
  const { order, rank } = sortedByPrediction(predictions)
  const sortedLabels = Float64Array.from(order, (i) => at(labels, i))
  const sortedWeights = Float64Array.from(order, (i) => (weights === undefined ? 1 : at(weights, i)))
  return areaOver(rank, sortedLabels, sortedWeights)
}

/** `auc` with weights per prompt: sorted once, then O(N) for each sample. */
export function aucStatistic({ prompts, prompt, score, prediction }: ScoredOutcomes): Statistic {
  const { order, rank } = sortedByPrediction(prediction)
  const labels = Float64Array.from(order, (i) => at(score, i))
  const sortedPrompt = Int32Array.from(order, (i) => at(prompt, i))
  const sortedWeights = new Float64Array(order.length)
  const ones = new Float64Array(prompts).fill(1)
  return (weights = ones) => {
    for (let place = 0; place < sortedWeights.length; place++) {
      sortedWeights[place] = weights[sortedPrompt[place] as number] as number
    }
    return areaOver(rank, labels, sortedWeights)
  }
}

/** Indices by rising prediction, and for each place the rank of its prediction: equal predictions have equal ranks. */
function sortedByPrediction(predictions: Floats): { order: Uint32Array; rank: Uint32Array } {
  const order = Uint32Array.from(predictions, (_, i) => i)
  order.sort((x, y) => at(predictions, x) - at(predictions, y))
  const rank = new Uint32Array(order.length)
  for (let place = 1; place < order.length; place++) {
    const rises = at(predictions, at(order, place)) !== at(predictions, at(order, place - 1))
    rank[place] = at(rank, place - 1) + (rises ? 1 : 0)
  }
  return { order, rank }
}

/**
 * Walks up the predictions; each success wins over the failures below it and half of those at its own rank.
 * @param rank [N], ascending
 * @param labels [N], in the same order
 * @param weights [N], in the same order
 */
function areaOver(rank: Uint32Array, labels: Float64Array, weights: Float64Array): number {
  let won = 0
  let failuresBelow = 0
  let successes = 0
  let successesHere = 0
  let failuresHere = 0
  const closeRank = () => {
    won += successesHere * (failuresBelow + failuresHere / 2)
    failuresBelow += failuresHere
    successes += successesHere
    successesHere = 0
    failuresHere = 0
  }
  for (let place = 0; place < rank.length; place++) {
    if (place > 0 && rank[place] !== rank[place - 1]) closeRank()
    const weight = weights[place] as number
    const label = labels[place] as number
    successesHere += weight * label
    failuresHere += weight * (1 - label)
  }
  closeRank()
  return won / (successes * failuresBelow)
}
