import { startsOf } from '../../metrics/scoredOutcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import { llmMeans } from './llmMeans.js'

const NEIGHBOURS = 80

/** Outcomes among the neighbours that the mean of the LLM counts for. */
const SHRINK = 4

/** Test prompts whose cosines are computed together, so that a training prompt is read once for all of them. */
const BLOCK = 16

export interface Embedded {
  outcomes: Outcomes
  /** [P, E] for the prompts of `outcomes`, rows of unit length */
  embeddings: Float32Array
}

/**
 * Predicts the mean score that the LLM had on those of the 80 nearest training prompts (by cosine) on which it was judged,
 * shrunk to its mean over all.
 * @returns [N] for the outcomes of `test`
 */
export function predictNearest(train: Embedded, test: Embedded, neighbours = NEIGHBOURS): Float64Array {
  const means = llmMeans(train.outcomes)
  const starts = startsOf({ prompts: train.outcomes.prompts.length, prompt: train.outcomes.prompt })
  const testStarts = startsOf({ prompts: test.outcomes.prompts.length, prompt: test.outcomes.prompt })
  const predictions = new Float64Array(test.outcomes.score.length)
  forNearest(train, test, neighbours, (p, nearest) => {
    const sums = new Float64Array(means.length)
    const counts = new Float64Array(means.length)
    for (const neighbour of nearest) {
      for (let i = starts[neighbour] ?? 0; i < (starts[neighbour + 1] ?? 0); i++) {
        const m = train.outcomes.llm[i] ?? 0
        sums[m] = (sums[m] ?? 0) + (train.outcomes.score[i] ?? 0)
        counts[m] = (counts[m] ?? 0) + 1
      }
    }
    for (let i = testStarts[p] ?? 0; i < (testStarts[p + 1] ?? 0); i++) {
      const m = test.outcomes.llm[i] ?? 0
      predictions[i] = ((sums[m] ?? 0) + SHRINK * (means[m] ?? 0.5)) / ((counts[m] ?? 0) + SHRINK)
    }
  })
  return predictions
}

/** Calls back for every test prompt with its nearest training prompts, in no order. */
function forNearest(
  train: Embedded,
  test: Embedded,
  neighbours: number,
  found: (prompt: number, nearest: Uint32Array) => void,
): void {
  const P = test.outcomes.prompts.length
  const trainP = train.outcomes.prompts.length
  const E = test.embeddings.length / Math.max(1, P)
  for (let from = 0; from < P; from += BLOCK) {
    const size = Math.min(BLOCK, P - from)
    const cosines = Array.from({ length: size }, () => new Float32Array(trainP))
    for (let q = 0; q < trainP; q++) {
      const row = train.embeddings.subarray(q * E, (q + 1) * E)
      cosines.forEach((values, k) => (values[q] = dot(test.embeddings, (from + k) * E, row)))
    }
    cosines.forEach((values, k) => found(from + k, highest(values, neighbours)))
  }
}

function dot(matrix: Float32Array, at: number, row: Float32Array): number {
  let even = 0
  let odd = 0
  let e = 0
  // Two sums at a time: additions to one would wait for each other.
  for (; e + 1 < row.length; e += 2) {
    even += (matrix[at + e] ?? 0) * (row[e] ?? 0)
    odd += (matrix[at + e + 1] ?? 0) * (row[e + 1] ?? 0)
  }
  return e < row.length ? even + odd + (matrix[at + e] ?? 0) * (row[e] ?? 0) : even + odd
}

/** Indices of the `count` highest values, or of all where there are no more; of equal values the first. */
function highest(values: Float32Array, count: number): Uint32Array {
  const bar = values.slice().sort()[values.length - count] ?? -Infinity
  const all = Uint32Array.from(values, (_, i) => i)
  const above = all.filter((i) => (values[i] ?? 0) > bar)
  const equal = all.filter((i) => values[i] === bar)
  return Uint32Array.from([...above, ...equal.subarray(0, Math.max(0, count - above.length))])
}
