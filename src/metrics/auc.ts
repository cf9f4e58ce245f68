import type { Floats, ScoredOutcomes, Statistic } from './scoredOutcomes.js'

/**
 * Area under the ROC curve: the chance that a success is predicted higher than a failure, a tie counting half.
 *
 * A label may be soft: an outcome of 0.7 counts as 0.7 of a success and 0.3 of a failure, both with its prediction. For
 * labels of 0 and 1 that is the common AUC. O(N log N).
 * @param predictions [N]
 * @param labels [N], from 0 to 1
 * @param weights [N], how often each outcome counts
 * @returns NaN where there are no successes or no failures.
 */
export function auc(predictions: Floats, labels: Floats, weights?: Float64Array): number {
  const { order, rank } = sortedByPrediction(predictions)
  return areaOver(order, rank, labels, (i) => weights?.[i] ?? 1)
}

/** `auc` with weights per prompt: sorted once, then O(N) for each sample. */
export function aucStatistic({ prompt, score, prediction }: ScoredOutcomes): Statistic {
  const { order, rank } = sortedByPrediction(prediction)
  const labels = Float64Array.from(order, (i) => score[i] ?? 0)
  const prompts = Int32Array.from(order, (i) => prompt[i] ?? 0)
  const inOrder = order.map((_, place) => place)
  return (weights) => areaOver(inOrder, rank, labels, (place) => weights?.[prompts[place] ?? 0] ?? 1)
}

/** Indices by rising prediction, and for each place the rank of its prediction: equal predictions have equal ranks. */
function sortedByPrediction(predictions: Floats): { order: Uint32Array; rank: Uint32Array } {
  const order = Uint32Array.from(predictions, (_, i) => i)
  order.sort((x, y) => (predictions[x] ?? 0) - (predictions[y] ?? 0))
  const rank = new Uint32Array(order.length)
  for (let place = 1; place < order.length; place++) {
    const rises = predictions[order[place] ?? 0] !== predictions[order[place - 1] ?? 0]
    rank[place] = (rank[place - 1] ?? 0) + (rises ? 1 : 0)
  }
  return { order, rank }
}

/** Walks up the predictions; each success wins over the failures below it and half of those at its own rank. */
function areaOver(
  order: Uint32Array,
  rank: Uint32Array,
  labels: Floats,
  weightOf: (index: number) => number,
): number {
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
  for (let place = 0; place < order.length; place++) {
    if (place > 0 && rank[place] !== rank[place - 1]) closeRank()
    const index = order[place] ?? 0
    const weight = weightOf(index)
    const label = labels[index] ?? 0
    successesHere += weight * label
    failuresHere += weight * (1 - label)
  }
  closeRank()
  return won / (successes * failuresBelow)
}
