import { logistic } from '../../numeric/logistic.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import { llmMeans } from './llmMeans.js'
import { minimise } from './minimise.js'
import type { Objective } from './minimise.js'
import type { Embedded } from './nearest.js'

/** An embedding has unit length, a feature unit variance: times this, both weigh alike. */
const EMBEDDING_SCALE = 5

/** Weight of |w|^2 / 2 beside the sum of the losses, found on the dev split of the outcomes that the project was made with. */
const PENALTY = 100

const MAX_ITERATIONS = 40

/** Of a gradient of mean losses. */
const TOLERANCE = 1e-4

export interface Described extends Embedded {
  /** [P, F] */
  features: Float32Array
}

/**
 * A logistic regression for each LLM on [embedding; features] with L2 penalty, fitted on the training prompts that the
 * LLM was judged on; the scores are soft targets.
 * @param onProgress told after each LLM how many are done
 * @returns [N] for the outcomes of `test`
 */
export function predictLogistic(
  train: Described,
  test: Described,
  { onProgress, penalty = PENALTY }: { onProgress?: (done: number) => void; penalty?: number } = {},
): Float64Array {
  const { trainInputs, testInputs, width } = inputsOf(train, test)
  const means = llmMeans(train.outcomes)
  const trainOf = outcomesByLlm(train.outcomes)
  const testOf = outcomesByLlm(test.outcomes)
  const predictions = new Float64Array(test.outcomes.score.length)
  train.outcomes.llms.forEach((_, m) => {
    const wanted = testOf[m] ?? []
    if (wanted.length > 0) {
      const seen = trainOf[m] ?? []
      const rows = gather(trainInputs, width, seen, train.outcomes)
      const targets = Float64Array.from(seen, (i) => train.outcomes.score[i] ?? 0)
      const weights = fit(rows, targets, { width, penalty, mean: means[m] ?? 0.5 })
      const testRows = gather(testInputs, width, wanted, test.outcomes)
      wanted.forEach((i, row) => (predictions[i] = logistic(logitOf(testRows, row * width, weights))))
    }
    onProgress?.(m + 1)
  })
  return predictions
}

interface Fit {
  width: number
  penalty: number
  mean: number
}

/** Weights [width + 1], the last one the intercept, which is not penalised. */
function fit(rows: Float32Array, targets: Float64Array, { width, penalty, mean }: Fit): Float64Array {
  const start = new Float64Array(width + 1)
  start[width] = Math.log(mean / (1 - mean))
  // Without an outcome there is nothing to fit; with a constant score, the intercept would run to infinity.
  if (targets.every((target) => target === targets[0])) return start
  const n = targets.length
  const objective: Objective = (weights, gradient) => {
    let loss = 0
    for (let k = 0; k < width; k++) {
      const weight = weights[k] ?? 0
      loss += (penalty / n) * (weight ** 2 / 2)
      gradient[k] = (penalty / n) * weight
    }
    for (let row = 0; row < n; row++) {
      const logit = logitOf(rows, row * width, weights)
      const target = targets[row] ?? 0
      loss += (Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)))) / n
      const excess = (logistic(logit) - target) / n
      for (let k = 0, at = row * width; k < width; k++, at++) {
        gradient[k] = (gradient[k] ?? 0) + excess * (rows[at] ?? 0)
      }
      gradient[width] = (gradient[width] ?? 0) + excess
    }
    return loss
  }
  return minimise(objective, start, { maxIterations: MAX_ITERATIONS, tolerance: TOLERANCE })
}

function logitOf(rows: Float32Array, at: number, weights: Float64Array): number {
  const width = weights.length - 1
  let sum = weights[width] ?? 0
  for (let k = 0; k < width; k++) sum += (rows[at + k] ?? 0) * (weights[k] ?? 0)
  return sum
}

function outcomesByLlm({ llms, llm }: Outcomes): number[][] {
  const lists: number[][] = llms.map(() => [])
  llm.forEach((m, i) => lists[m]?.push(i))
  return lists
}

/** The input of each of the outcomes `wanted`, one behind the other: walking through them is what a fit does all the time. */
function gather(
  inputs: Float32Array,
  width: number,
  wanted: readonly number[],
  { prompt }: Outcomes,
): Float32Array {
  const rows = new Float32Array(wanted.length * width)
  wanted.forEach((i, row) => {
    const p = prompt[i] ?? 0
    rows.set(inputs.subarray(p * width, (p + 1) * width), row * width)
  })
  return rows
}

/** [P, E + F] of both: scaled embeddings, then features with the mean and deviation of the training prompts taken out. */
function inputsOf(train: Described, test: Described) {
  const P = Math.max(1, train.outcomes.prompts.length)
  const E = train.embeddings.length / P
  const F = train.features.length / P
  const mean = new Float64Array(F)
  const deviation = new Float64Array(F)
  train.features.forEach((value, i) => (mean[i % F] = (mean[i % F] ?? 0) + value / P))
  train.features.forEach((value, i) => {
    deviation[i % F] = (deviation[i % F] ?? 0) + (value - (mean[i % F] ?? 0)) ** 2 / P
  })
  const join = ({ outcomes, embeddings, features }: Described) => {
    const inputs = new Float32Array(outcomes.prompts.length * (E + F))
    for (let p = 0; p < outcomes.prompts.length; p++) {
      const at = p * (E + F)
      for (let e = 0; e < E; e++) inputs[at + e] = EMBEDDING_SCALE * (embeddings[p * E + e] ?? 0)
      for (let f = 0; f < F; f++) {
        // A feature that never changes says nothing.
        const scale = Math.sqrt(deviation[f] ?? 0)
        inputs[at + E + f] = scale > 1e-9 ? ((features[p * F + f] ?? 0) - (mean[f] ?? 0)) / scale : 0
      }
    }
    return inputs
  }
  return { trainInputs: join(train), testInputs: join(test), width: E + F }
}
