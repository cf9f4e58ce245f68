import { setImmediate } from 'node:timers/promises'

import { at } from '../../numeric/at.js'
import { logistic } from '../../numeric/logistic.js'
import { gatherRows, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { addScaled, dot } from '../../numeric/vector.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import { llmMeans } from './llmMeans.js'
import { minimize } from '../../numeric/minimize.js'
import type { Objective } from '../../numeric/minimize.js'
import type { Embedded } from './nearest.js'

/** An embedding has unit length, a feature unit variance: multiplied by this, both weigh alike. */
const EMBEDDING_SCALE = 5

/** Weight of |w|^2 / 2 relative to the sum of the losses, tuned on the dev split of the outcomes that the project was made with. */
const PENALTY = 100

const MAX_ITERATIONS = 40

/** Of a gradient of mean losses. */
const TOLERANCE = 1e-4

/** Standard deviation below which a feature counts as constant. */
const MIN_DEVIATION = 1e-9

export interface WithFeatures extends Embedded {
  /** [P, F] */
  features: Matrix
}

/**
 * A logistic regression for each LLM on [embedding; features] with L2 penalty, fitted on the training prompts that the
 * LLM was judged on; the scores are soft targets.
 * @param onProgress called after each LLM with the number that is done
 * @returns [N] for the outcomes of `test`
 */
export async function predictLogistic(
  train: WithFeatures,
  test: WithFeatures,
  { onProgress, penalty = PENALTY }: { onProgress?: (done: number) => void; penalty?: number } = {},
): Promise<Float64Array> {
  const [trainInputs, testInputs] = standardizedInputs(train, test)
  const means = llmMeans(train.outcomes)
  const trainPlaces = placesByLlm(train.outcomes)
  const testPlaces = placesByLlm(test.outcomes)
  const predictions = new Float64Array(test.outcomes.score.length)
  for (const m of train.outcomes.llms.keys()) {
    // An LLM takes a second: signals and timers are let in between.
    await setImmediate()
    const asked = at(testPlaces, m)
    if (asked.length > 0) {
      const places = at(trainPlaces, m)
      const inputs = inputsOf(places, train.outcomes, trainInputs)
      const targets = Float64Array.from(places, (i) => at(train.outcomes.score, i))
      const weights = fit(inputs, targets, { penalty, mean: at(means, m) })
      for (const i of asked) {
        predictions[i] = logistic(logitOf(rowOf(testInputs, at(test.outcomes.prompt, i)), weights))
      }
    }
    onProgress?.(m + 1)
  }
  return predictions
}

/**
 * @param inputs [n, W]
 * @param targets [n]
 * @returns weights [W + 1], the last one the intercept, which is not penalized.
 */
function fit(
  inputs: Matrix,
  targets: Float64Array,
  { penalty, mean }: { penalty: number; mean: number },
): Float64Array {
  const W = inputs.columns
  const n = targets.length
  const start = new Float64Array(W + 1)
  start[W] = Math.log(mean / (1 - mean))
  // Without an outcome there is nothing to fit; with a constant score, the intercept would run to infinity.
  if (targets.every((target) => target === targets[0])) return start
  const objective: Objective = (weights, gradient) => {
    const slopes = gradient.subarray(0, W)
    let loss = 0
    gradient[W] = 0
    weights.subarray(0, W).forEach((weight, k) => {
      loss += (penalty / n) * (weight ** 2 / 2)
      slopes[k] = (penalty / n) * weight
    })
    targets.forEach((target, r) => {
      const row = rowOf(inputs, r)
      const logit = logitOf(row, weights)
      loss += (Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)))) / n
      const excess = (logistic(logit) - target) / n
      addScaled(slopes, excess, row)
      gradient[W] = at(gradient, W) + excess
    })
    return loss
  }
  return minimize(objective, start, { maxIterations: MAX_ITERATIONS, tolerance: TOLERANCE })
}

/** @param row [W] */
function logitOf(row: Float32Array, weights: Float64Array): number {
  const W = row.length
  return dot(row, weights.subarray(0, W), at(weights, W))
}

/** [M] places of the outcomes of each LLM. */
function placesByLlm({ llms, llm }: Outcomes): number[][] {
  const places: number[][] = llms.map(() => [])
  llm.forEach((m, i) => at(places, m).push(i))
  return places
}

/** The inputs of some outcomes, one after the other: walking through them is what a fit does all the time. */
function inputsOf(places: readonly number[], { prompt }: Outcomes, inputs: Matrix): Matrix {
  return gatherRows(
    inputs,
    places.map((i) => at(prompt, i)),
  )
}

/** [P, E + F] of both: scaled embeddings, then features with mean 0 and deviation 1 over the training prompts. */
function standardizedInputs(train: WithFeatures, test: WithFeatures): [Matrix, Matrix] {
  const { rows, columns, data } = train.features
  const mean = new Float64Array(columns)
  const variance = new Float64Array(columns)
  data.forEach((value, i) => (mean[i % columns] = at(mean, i % columns) + value / rows))
  data.forEach((value, i) => {
    variance[i % columns] = at(variance, i % columns) + (value - at(mean, i % columns)) ** 2 / rows
  })
  const standardize = (value: number, f: number) => {
    const deviation = Math.sqrt(at(variance, f))
    // A feature that never changes says nothing.
    return deviation > MIN_DEVIATION ? (value - at(mean, f)) / deviation : 0
  }
  const join = ({ embeddings, features }: WithFeatures): Matrix => {
    const E = embeddings.columns
    const joined = {
      rows: embeddings.rows,
      columns: E + columns,
      data: new Float32Array(embeddings.rows * (E + columns)),
    }
    for (let p = 0; p < joined.rows; p++) {
      const row = rowOf(joined, p)
      rowOf(embeddings, p).forEach((value, e) => (row[e] = EMBEDDING_SCALE * value))
      rowOf(features, p).forEach((value, f) => (row[E + f] = standardize(value, f)))
    }
    return joined
  }
  return [join(train), join(test)]
}
