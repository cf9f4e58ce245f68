import * as tf from '@tensorflow/tfjs-core'

import { at } from '../../numeric/at.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { Random } from '../../numeric/random.js'
import { addScaled, dot } from '../../numeric/vector.js'
import { valuesOf } from '../../tensor/valuesOf.js'
import type { Examples } from '../data/examples.js'
import { outcomeBlocks } from '../refit/outcomeBlocks.js'
import { countsByLlm, logOfTokens } from './countedAnswers.js'
import type { CountedAnswers } from './countedAnswers.js'
import { combine, leadingVectors } from './leadingVectors.js'
import { fitRidge } from './ridge.js'

/** Answers beyond which the weights of an LLM count no more for the directions. */
const MAX_WEIGHT_ANSWERS = 2000

/** Of the constants, which are known well from the first answers on. */
const CONSTANT_PENALTIES = { common: 1, commonConstant: 1e-3, deviationConstant: 0.5 }

/** Of a direction, in logs of lengths; below it all prompts are alike. */
const MIN_DEVIATION = 1e-6

/** A vector of a prompt is projection · inputs + offset. */
export interface PromptVectors {
  /** [R, D] */
  projection: Matrix
  /** [R] */
  offset: Float32Array
}

interface DirectionSettings {
  /** Numbers of a vector besides the first, at most. */
  width: number
  penalty: number
  iterations: number
}

/**
 * The directions in the inputs of prompts that lengths depend on: what all LLMs have in common, and the principal components of
 * what each has besides, by a ridge regression for each. Over the training prompts every number of a vector has mean 0 and
 * variance 1, but the first, which is 1. A TensorFlow.js backend must have been started.
 * @param inputs [P, D] of the prompts of the examples
 */
export function findDirections(
  examples: Examples,
  answers: CountedAnswers,
  inputs: Matrix,
  llms: number,
  { width, penalty, iterations }: DirectionSettings,
  random: Random,
): PromptVectors {
  const mean = meanRow(inputs)
  const centered = withConstant(inputs, mean)
  const covariance = covarianceOf(centered)
  const counts = countsByLlm(answers, llms)
  const weights = ridgeWeights(examples, centered, covariance, counts, { penalty, iterations })
  const common = withoutConstant(rowOf(weights, llms), 1)
  const deviations = Array.from(counts, (count, m) =>
    withoutConstant(rowOf(weights, m), Math.sqrt(Math.min(count, MAX_WEIGHT_ANSWERS))),
  )
  const components = leadingVectors(productsOf(deviations, covariance), width, random)
  return standardized([common, ...components.map((own) => combine(deviations, own))], covariance, mean)
}

function ridgeWeights(
  examples: Examples,
  centered: Matrix,
  covariance: Matrix,
  counts: Int32Array,
  { penalty, iterations }: Pick<DirectionSettings, 'penalty' | 'iterations'>,
): Matrix {
  const blocks = outcomeBlocks({ ...examples, target: examples.tokens.map(logOfTokens) }, centered)
  try {
    const penalties = { ...CONSTANT_PENALTIES, deviation: penalty }
    return fitRidge(blocks, covariance, counts, penalties, iterations)
  } finally {
    for (const { gate } of blocks) gate.dispose()
  }
}

function meanRow(inputs: Matrix): Float64Array {
  const mean = new Float64Array(inputs.columns)
  for (let p = 0; p < inputs.rows; p++) addScaled(mean, 1 / inputs.rows, rowOf(inputs, p))
  return mean
}

/** [P, 1 + D] a one, then the inputs less their mean. */
function withConstant(inputs: Matrix, mean: Float64Array): Matrix {
  const columns = inputs.columns + 1
  const centered = matrixOf(new Float32Array(inputs.rows * columns), columns)
  for (let p = 0; p < inputs.rows; p++) {
    const row = rowOf(centered, p)
    row[0] = 1
    row.set(
      rowOf(inputs, p).map((value, d) => value - at(mean, d)),
      1,
    )
  }
  return centered
}

/** [1 + D, 1 + D] */
function covarianceOf({ rows, columns, data }: Matrix): Matrix {
  const products = valuesOf(() => {
    const inputs = tf.tensor2d(data, [rows, columns])
    return tf.div(tf.matMul(tf.transpose(inputs), inputs), rows)
  })
  return matrixOf(products, columns)
}

/** A constant is no direction. */
function withoutConstant(weights: Float32Array, factor: number): Float64Array {
  return Float64Array.from(weights, (value, d) => (d === 0 ? 0 : factor * value))
}

/** The products of what some weights make of the prompts, with each other: rows · covariance · rowsᵀ. */
function productsOf(rows: readonly Float64Array[], covariance: Matrix): Float64Array[] {
  const D = covariance.columns
  const products = valuesOf(() => {
    const weights = tf.tensor2d(Float32Array.from(rows.flatMap((row) => Array.from(row))), [rows.length, D])
    return tf.matMul(tf.matMul(weights, tf.tensor2d(covariance.data, [D, D])), tf.transpose(weights))
  })
  return rows.map((_, m) => Float64Array.from(products.subarray(m * rows.length, (m + 1) * rows.length)))
}

/** Directions that tell no prompts apart are left out. */
function standardized(
  directions: readonly Float64Array[],
  covariance: Matrix,
  mean: Float64Array,
): PromptVectors {
  const units = directions.flatMap((direction) => {
    const product = Float64Array.from({ length: covariance.rows }, (_, d) =>
      dot(direction, rowOf(covariance, d)),
    )
    const deviation = Math.sqrt(Math.max(0, dot(direction, product)))
    return deviation > MIN_DEVIATION ? [direction.subarray(1).map((value) => value / deviation)] : []
  })
  const D = mean.length
  const projection = matrixOf(new Float32Array((units.length + 1) * D), D)
  units.forEach((unit, r) => rowOf(projection, r + 1).set(unit))
  return { projection, offset: Float32Array.from([1, ...units.map((unit) => -dot(unit, mean))]) }
}
