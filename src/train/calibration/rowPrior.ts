import { at } from '../../numeric/at.js'
import { cholesky } from '../../numeric/cholesky.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { mean } from '../../numeric/mean.js'
import { dot } from '../../numeric/vector.js'

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

/** Symmetric; row i has the entries up to its diagonal. */
export type Covariance = Float64Array[]

/** @param rows [M, W] of the known LLMs */
export function fitRowPrior(rows: Matrix): RowPrior {
  const { means, covariance } = momentsOf(rows)
  return gaussianOf(means, widened(covariance))
}

/** The mean [W] and the covariance [W, W] of rows. */
export function momentsOf({ rows: M, columns: W, data }: Matrix): {
  means: Float64Array
  covariance: Covariance
} {
  const columns = Array.from({ length: W }, (_, w) =>
    Float64Array.from({ length: M }, (_, m) => at(data, m * W + w)),
  )
  const means = Float64Array.from(columns, mean)
  const deviations = columns.map((column, w) => column.map((value) => value - at(means, w)))
  const covariance = deviations.map((a, i) =>
    Float64Array.from(deviations.slice(0, i + 1), (b) => dot(a, b) / Math.max(1, M - 1)),
  )
  return { means, covariance }
}

/** What few LLMs say of others: less of how numbers go together, and larger deviations. */
export function widened(covariance: Covariance): Covariance {
  return covariance.map((row, i) =>
    row.map((entry, j) => WIDENING ** 2 * (i === j ? entry : (1 - SHRINKAGE) * entry)),
  )
}

/** @param means [W] */
export function gaussianOf(means: Float64Array, covariance: Covariance): RowPrior {
  const W = means.length
  const ridge = RIDGE * mean(covariance.map((row, i) => at(row, i))) + Number.MIN_VALUE
  const withRidge = covariance.map((row, i) => row.map((entry, j) => (i === j ? entry + ridge : entry)))
  const factor = matrixOf(new Float32Array(W * W), W)
  cholesky(withRidge).forEach((row, i) => factor.data.set(row, i * W))
  return { mean: Float32Array.from(means), factor }
}
