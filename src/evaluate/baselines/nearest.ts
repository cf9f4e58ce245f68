import { at } from '../../numeric/at.js'
import { rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { dotRows } from '../../numeric/vector.js'
import { startsOf } from '../../metrics/scoredOutcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import { llmMeans } from './llmMeans.js'

const NEIGHBORS = 80

/** Outcomes among the neighbors that the mean of the LLM counts for. */
const SHRINKAGE = 4

export interface Embedded {
  outcomes: Outcomes
  /** [P, E] for the prompts of `outcomes`, rows of unit length */
  embeddings: Matrix
}

/**
 * Predicts the mean score that the LLM had on those of the 80 nearest training prompts (by cosine) on which it was judged,
 * shrunk to its mean over all.
 * @returns [N] for the outcomes of `test`
 */
export function predictNearest(train: Embedded, test: Embedded, neighbors = NEIGHBORS): Float64Array {
  const means = llmMeans(train.outcomes)
  const { prompts } = test.outcomes
  const starts = startsOf({ prompts: prompts.length, prompt: test.outcomes.prompt })
  const trainStarts = startsOf({
    prompts: train.outcomes.prompts.length,
    prompt: train.outcomes.prompt,
  })
  const predictions = new Float64Array(test.outcomes.score.length)
  for (const p of prompts.keys()) {
    const cosines = dotRows(train.embeddings, rowOf(test.embeddings, p))
    const { sums, counts } = scoresOn(highest(cosines, neighbors), train.outcomes, trainStarts)
    for (let i = at(starts, p); i < at(starts, p + 1); i++) {
      const m = at(test.outcomes.llm, i)
      predictions[i] = (at(sums, m) + SHRINKAGE * at(means, m)) / (at(counts, m) + SHRINKAGE)
    }
  }
  return predictions
}

/** For each LLM, [M], the sum and the number of its scores on some prompts. */
function scoresOn(prompts: Uint32Array, { llms, llm, score }: Outcomes, starts: Int32Array) {
  const sums = new Float64Array(llms.length)
  const counts = new Float64Array(llms.length)
  for (const p of prompts) {
    for (let i = at(starts, p); i < at(starts, p + 1); i++) {
      const m = at(llm, i)
      sums[m] = at(sums, m) + at(score, i)
      counts[m] = at(counts, m) + 1
    }
  }
  return { sums, counts }
}

/** Indices of the `count` highest values, or of all if there are no more; of equal values the first. */
function highest(values: Float32Array, count: number): Uint32Array {
  const all = Uint32Array.from(values, (_, i) => i)
  if (values.length < count) return all
  const threshold = at(values.slice().sort(), values.length - count)
  const above = all.filter((i) => at(values, i) > threshold)
  const equal = all.filter((i) => at(values, i) === threshold)
  return Uint32Array.from([...above, ...equal.subarray(0, Math.max(0, count - above.length))])
}
