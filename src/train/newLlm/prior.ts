import type { Matrix } from '../../numeric/matrix.js'

/** Share of the covariance that is drawn to its diagonal: with a hundred LLMs its other entries are mostly chance. */
const SHRINKAGE = 0.4

/** Standard deviations are taken this much larger: the known LLMs are fewer than the numbers of a row. */
const WIDENING = 2

/** Added to the diagonal, as a share of its mean, so that the factor exists for few LLMs and for constant columns. */
const RIDGE = 1e-6

/** The Gaussian that the rows of the known LLMs look drawn from: row = mean + factor · z with z standard normal. */
export interface RowPrior {
  /** [W] */
  mean: Float32Array
  /** [W, W] lower triangular; factor · factorᵀ is the covariance. */
  factor: Float32Array
}

/** @param rows [M, W] of the known LLMs */
export function fitRowPrior({ rows: M, columns: W, data: rows }: Matrix): RowPrior {
  const at = (m: number, w: number) => rows[m * W + w] ?? NaN
  const mean = Float64Array.from({ length: W }, (_, w) => sum(M, (m) => at(m, w)) / M)
  const covariance = new Float64Array(W * W)
  for (let i = 0; i < W; i++) {
    for (let j = 0; j <= i; j++) {
      const product =
        sum(M, (m) => (at(m, i) - (mean[i] ?? 0)) * (at(m, j) - (mean[j] ?? 0))) / Math.max(1, M - 1)
      const shrunk = i === j ? product : (1 - SHRINKAGE) * product
      covariance[i * W + j] = covariance[j * W + i] = WIDENING ** 2 * shrunk
    }
  }
  const ridge = RIDGE * (sum(W, (w) => covariance[w * W + w] ?? 0) / W) + Number.MIN_VALUE
  for (let w = 0; w < W; w++) covariance[w * W + w] = (covariance[w * W + w] ?? 0) + ridge
  return { mean: Float32Array.from(mean), factor: Float32Array.from(cholesky(covariance, W)) }
}

/** The lower triangular factor of a positive definite matrix [W, W]. */
export function cholesky(matrix: Float64Array, W: number): Float64Array {
  const factor = new Float64Array(W * W)
  const at = (i: number, j: number) => factor[i * W + j] ?? 0
  for (let i = 0; i < W; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = (matrix[i * W + j] ?? NaN) - sum(j, (k) => at(i, k) * at(j, k))
      if (i === j) factor[i * W + j] = Math.sqrt(Math.max(rest, 0))
      else factor[i * W + j] = at(j, j) === 0 ? 0 : rest / at(j, j)
    }
  }
  return factor
}

function sum(n: number, term: (i: number) => number): number {
  let total = 0
  for (let i = 0; i < n; i++) total += term(i)
  return total
}
