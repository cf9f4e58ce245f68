import { at } from '../../numeric/at.js'
import { cholesky, solve } from '../../numeric/cholesky.js'
import { rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { addScaled, dot } from '../../numeric/vector.js'
import { gaussianOf, momentsOf, widened } from '../calibration/rowPrior.js'
import type { Covariance, RowPrior } from '../calibration/rowPrior.js'
import { nameLikeness } from './nameLikeness.js'

/** Variance of what names do not say, as a fraction of that of the rows. */
const NOISE = 0.1

/** Far more than the first component needs, which has four fifths of the variance of rows. */
const ITERATIONS = 100

/**
 * What is known of an LLM by its name: a Gaussian process over names (`nameLikeness`), in which its mean is drawn to the rows
 * of LLMs with like names. The variance of the first principal component, ability in general, shrinks by as much as those
 * names tell; all else is as wide as without a name, since LLMs of one family differ in it. For a name that is like no other
 * it is the mean of all.
 * Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), equations 2.25 and 2.26.
 * @param rows [M, W] of the known LLMs, M > 0
 * @param names [M] of the known LLMs
 */
export function namedPrior(rows: Matrix, names: readonly string[], name: string): RowPrior {
  const { means, covariance } = momentsOf(rows)
  const likeness = nameLikeness([...names, name])
  const toKnown = Float64Array.from(names, (known) => likeness(name, known))
  const factor = cholesky(
    names.map((a, i) =>
      Float64Array.from(names.slice(0, i + 1), (b, j) => likeness(a, b) + (i === j ? NOISE : 0)),
    ),
  )
  const weights = solve(factor, toKnown)
  const explained = dot(toKnown, weights) / (1 + NOISE)

  const mean = Float64Array.from(means)
  weights.forEach((weight, m) => {
    addScaled(mean, weight, rowOf(rows, m))
    addScaled(mean, -weight, means)
  })
  const ability = firstComponent(covariance)
  const others = widened(subtract(covariance, ability, 1))
  return gaussianOf(mean, subtract(others, ability, explained - 1))
}

/** [W] the direction of the largest variance, as long as its standard deviation; power iteration. */
function firstComponent(covariance: Covariance): Float64Array {
  const variances = covariance.map((row, i) => at(row, i))
  // The widest column, which is in the product as it is: nothing is orthogonal to itself.
  let vector = new Float64Array(covariance.length)
  vector[variances.indexOf(Math.max(...variances))] = 1
  let length = 0
  for (let i = 0; i < ITERATIONS; i++) {
    const product = multiply(covariance, vector)
    length = Math.sqrt(dot(product, product))
    // All LLMs have the same row.
    if (length === 0) return product
    vector = product.map((value) => value / length)
  }
  return vector.map((value) => value * Math.sqrt(length))
}

function multiply(covariance: Covariance, vector: Float64Array): Float64Array {
  const product = new Float64Array(vector.length)
  covariance.forEach((row, i) => {
    product[i] = at(product, i) + dot(row, vector.subarray(0, i + 1))
    addScaled(product.subarray(0, i), at(vector, i), row.subarray(0, i))
  })
  return product
}

/** `covariance` less `factor` times the product of the vector with itself. */
function subtract(covariance: Covariance, vector: Float64Array, factor: number): Covariance {
  return covariance.map((row, i) => row.map((entry, j) => entry - factor * at(vector, i) * at(vector, j)))
}
