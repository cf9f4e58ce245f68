import * as tf from '@tensorflow/tfjs-core'

import { at } from '../../numeric/at.js'
import { invert } from '../../numeric/cholesky.js'
import { gatherRows, matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { addScaled, dot } from '../../numeric/vector.js'
import { valuesOf } from '../../tensor/valuesOf.js'
import { addRows } from '../refit/scoreModel.js'
import type { OutcomeBlock } from '../refit/outcomeBlocks.js'

/** Penalties of the squares, which are prior precisions in units of the noise. */
interface RidgePenalties {
  /** Of what all LLMs have in common, and of its constant, which is nearly free. */
  common: number
  commonConstant: number
  /** Of what each has besides. */
  deviation: number
  deviationConstant: number
}

/** Answers at which the preconditioner takes data and prior for alike; this few make the first iterations smooth. */
const PRECONDITIONED_ANSWERS = 15

/** Added to the answers of an LLM there. */
const MIN_ANSWERS = 10

/**
 * Linear regression of each LLM on the inputs of prompts, drawn to what all LLMs have in common: the length of the answer of LLM l to
 * a prompt with inputs x is x · (common + deviation[l]). Solved by conjugate gradients; the inverse of the covariance of the inputs
 * is the preconditioner. M LLMs, D inputs, of which the first is 1 and the others have a mean of 0.
 * @param blocks their gates are the inputs [P, D]; NaN targets are no answers
 * @param covariance [D, D] of the inputs
 * @returns [M + 1, D] the deviations, and last what is common
 */
export function fitRidge(
  blocks: readonly OutcomeBlock[],
  covariance: Matrix,
  counts: Int32Array,
  penalties: RidgePenalties,
  iterations: number,
): Matrix {
  const [M, D] = [counts.length, covariance.columns]
  const masked = blocks.map(({ target, ...block }) => ({
    ...block,
    mask: toGrid(block, target, (y) => (Number.isNaN(y) ? 0 : 1)),
    lengths: toGrid(block, target, (y) => (Number.isNaN(y) ? 0 : y)),
  }))
  const preconditioner = preconditionerOf(covariance, counts, penalties)
  try {
    const x = new Float64Array((M + 1) * D)
    const residual = sumOverBlocks(masked, M, D, ({ lengths, gate }) =>
      tf.matMul(tf.transpose(lengths), gate),
    )
    let z = preconditioner.apply(residual)
    let direction = z.slice()
    let size = dot(residual, z)
    for (let i = 0; i < iterations && size > 0; i++) {
      const product = sumOverBlocks(masked, M, D, ({ mask, gate, llms }) => {
        // Explicit transposes: with the flags of matMul, wasm is twenty times slower.
        const fitted = tf.matMul(gate, tf.transpose(rowsOf(direction, llms, D)))
        return tf.matMul(tf.transpose(tf.mul(mask, fitted)), gate)
      })
      addPenalties(product, direction, D, penalties)
      const step = size / dot(direction, product)
      addScaled(x, step, direction)
      addScaled(residual, -step, product)
      z = preconditioner.apply(residual)
      const next = dot(residual, z)
      const kept = direction
      direction = z.slice()
      addScaled(direction, next / size, kept)
      size = next
    }
    return matrixOf(Float32Array.from(x), D)
  } finally {
    for (const { mask, lengths } of masked) tf.dispose([mask, lengths])
    preconditioner.dispose()
  }
}

interface MaskedBlock extends Omit<OutcomeBlock, 'target'> {
  /** [P, m] */
  mask: tf.Tensor2D
  lengths: tf.Tensor2D
}

function toGrid(
  { gate, llms }: Pick<OutcomeBlock, 'gate' | 'llms'>,
  target: Float32Array,
  valueOf: (y: number) => number,
): tf.Tensor2D {
  return tf.tensor2d(target.map(valueOf), [gate.shape[0], llms.length])
}

/** [m, D] the weights of some LLMs: what is common and their deviations. */
function rowsOf(weights: Float64Array, llms: Int32Array, D: number): tf.Tensor2D {
  const common = weights.subarray(weights.length - D)
  const deviations = matrixOf(Float32Array.from(weights), D)
  const { data } = gatherRows(deviations, llms)
  return tf.tensor2d(
    data.map((value, i) => value + at(common, i % D)),
    [llms.length, D],
  )
}

/** What each block says of its LLMs, [m, D], summed: of each LLM, and last of all together. */
function sumOverBlocks(
  blocks: readonly MaskedBlock[],
  M: number,
  D: number,
  compute: (block: MaskedBlock) => tf.Tensor2D,
): Float64Array {
  const byLlm = matrixOf(new Float32Array(M * D), D)
  for (const block of blocks)
    addRows(
      byLlm,
      block.llms,
      valuesOf(() => compute(block)),
    )
  const sums = new Float64Array((M + 1) * D)
  sums.set(byLlm.data)
  const common = sums.subarray(M * D)
  for (let m = 0; m < M; m++) addScaled(common, 1, sums.subarray(m * D, (m + 1) * D))
  return sums
}

function addPenalties(
  product: Float64Array,
  x: Float64Array,
  D: number,
  { common, commonConstant, deviation, deviationConstant }: RidgePenalties,
): void {
  const last = x.length - D
  const penaltyOf = (i: number) => {
    if (i < last) return i % D === 0 ? deviationConstant : deviation
    return i === last ? commonConstant : common
  }
  product.forEach((value, i) => (product[i] = value + penaltyOf(i) * at(x, i)))
}

/** For each LLM the inverse of what n answers with the covariance of all prompts would say of it. */
function preconditionerOf(
  { columns: D, data }: Matrix,
  counts: Int32Array,
  { deviation }: Pick<RidgePenalties, 'deviation'>,
) {
  const ridge = deviation / PRECONDITIONED_ANSWERS
  const triangle = Array.from({ length: D }, (_, i) =>
    Float64Array.from(
      { length: i + 1 },
      (_unused, j) => at(data, i * D + j) + (i === j && i > 0 ? ridge : 0),
    ),
  )
  const flat = new Float32Array(D * D)
  invert(triangle).forEach((row, i) => flat.set(row, i * D))
  const inverse = tf.tensor2d(flat, [D, D])
  const total = counts.reduce((a, b) => a + b, 0)
  const answers = Float64Array.from([...counts.map((count) => count + MIN_ANSWERS), total])
  return {
    apply: (residual: Float64Array) =>
      Float64Array.from(
        valuesOf(() => tf.matMul(tf.tensor2d(Float32Array.from(residual), [answers.length, D]), inverse)),
        (value, i) => value / at(answers, Math.floor(i / D)),
      ),
    dispose: () => inverse.dispose(),
  }
}
