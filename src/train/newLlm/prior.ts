import { matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'

/* eslint-disable @typescript-eslint/no-non-null-assertion -- O(W^3) for rows of hundreds of numbers: with checked access it takes ten times as long. */

/** How far the covariance is shrunk to its diagonal: with a hundred LLMs its other entries are mostly chance. */
const SHRINKAGE = 0.4

/** Standard deviations are taken this much larger: the known LLMs are fewer than the numbers of a row. */
const WIDENING = 2

/** Added to the diagonal, as a fraction of its mean, so that the factor exists for few LLMs and for constant columns. */
const RIDGE = 1e-6

/** The Gaussian that the rows of the known LLMs look drawn from: row = mean + factor · z with z standard normal. */
export interface RowPrior {
  /** [W] */
  mean: Float32Array
  /** [W, W] lower triangular; factor · factorᵀ is the covariance. */
  factor: Matrix
}

/** @param rows [M, W] of the known LLMs */
export function fitRowPrior({ rows: M, columns: W, data: rows }: Matrix): RowPrior {
  const mean = Float64Array.from({ length: W }, (_, w) => sum(M, (m) => rows[m * W + w]!) / M)
  const covariance = new Float64Array(W * W)
  for (let i = 0; i < W; i++) {
    for (let j = 0; j <= i; j++) {
      const products = sum(M, (m) => (rows[m * W + i]! - mean[i]!) * (rows[m * W + j]! - mean[j]!))
      const product = products / Math.max(1, M - 1)
      const shrunk = i === j ? product : (1 - SHRINKAGE) * product
      covariance[i * W + j] = covariance[j * W + i] = WIDENING ** 2 * shrunk
    }
  }
  const ridge = RIDGE * (sum(W, (w) => covariance[w * W + w]!) / W) + Number.MIN_VALUE
  for (let w = 0; w < W; w++) covariance[w * W + w]! += ridge
  return { mean: Float32Array.from(mean), factor: matrixOf(Float32Array.from(cholesky(covariance, W)), W) }
}

/** The lower triangular factor of a positive definite matrix [W, W]. */
export function cholesky(matrix: Float64Array, W: number): Float64Array {
  const factor = new Float64Array(W * W)
  for (let i = 0; i < W; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = matrix[i * W + j]! - sum(j, (k) => factor[i * W + k]! * factor[j * W + k]!)
      const diagonal = factor[j * W + j]!
      if (i === j) factor[i * W + j] = Math.sqrt(Math.max(rest, 0))
      else factor[i * W + j] = diagonal === 0 ? 0 : rest / diagonal
    }
  }
  return factor
}

function sum(n: number, term: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < n; i++) total += term(i)
  return total
}
