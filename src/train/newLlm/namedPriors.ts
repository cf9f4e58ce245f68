import { at } from '../../numeric/at.js'
import { cholesky, solve } from '../../numeric/cholesky.js'
import { rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { addScaled, dot } from '../../numeric/vector.js'
import { gaussianOf, momentsOf, widened } from '../calibration/rowPrior.js'
import type { Covariance, RowPrior } from '../calibration/rowPrior.js'
import { nameLikeness } from './nameLikeness.js'

/**
 * Shares of the variance of ability that names may explain; that under which the known LLMs are likeliest is taken, the largest
 * of several, so that names count where no two known LLMs have like ones.
 */
const SHARES = [0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0]

/** Far more than the first component needs, which has four fifths of the variance of rows. */
const ITERATIONS = 100

/**
 * What is known of LLMs by their names: a Gaussian process over names (`nameLikeness`), in which the mean of an LLM is drawn to
 * the rows of LLMs with like names. The variance of the first principal component, ability in general, shrinks by as much as
 * those names tell; all else is as wide as without a name, since LLMs of one family differ in it. For a name that is like no
 * other, and where names tell nothing, it is the mean of all.
 * Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), equations 2.25, 2.26 and 2.30.
 * @param rows [M, W] of the known LLMs, M > 0
 * @param names [M] of the known LLMs
 * @returns the prior of the row of an LLM, by its name
 */
export function namedPriors(rows: Matrix, names: readonly string[]): (name: string) => RowPrior {
  const { means, covariance } = momentsOf(rows)
  const { direction, variance } = firstComponent(covariance)
  const abilities = Float64Array.from(names, (_, m) => dot(direction, rowOf(rows, m), -dot(direction, means)))
  const likeness = nameLikeness(names)
  const alike = names.map((a, i) => Float64Array.from(names.slice(0, i + 1), (b) => likeness(a, b)))
  const { share, factor } = likeliest(alike, abilities, variance)
  const others = widened(subtract(covariance, direction, variance))

  return (name) => {
    const toKnown = Float64Array.from(names, (known) => share * likeness(name, known))
    const weights = solve(factor, toKnown)
    const mean = Float64Array.from(means)
    weights.forEach((weight, m) => {
      addScaled(mean, weight, rowOf(rows, m))
      addScaled(mean, -weight, means)
    })
    const left = 1 - dot(toKnown, weights)
    return gaussianOf(mean, subtract(others, direction, -left * variance))
  }
}

/**
 * The share of the variance that names explain, by the likelihood of the abilities, and the factor of their correlations.
 * @param alike the lower triangle of the likenesses of names
 */
function likeliest(
  alike: readonly Float64Array[],
  abilities: Float64Array,
  variance: number,
): { share: number; factor: Float64Array[] } {
  const fits = SHARES.map((share) => {
    const factor = cholesky(
      alike.map((row, i) => row.map((value, j) => share * value + (i === j ? 1 - share : 0))),
    )
    const logDeterminant = factor.reduce((sum, row, i) => sum + 2 * Math.log(at(row, i)), 0)
    const distance = variance === 0 ? 0 : dot(abilities, solve(factor, abilities)) / variance
    return { share, factor, unlikeliness: logDeterminant + distance }
  })
  // All LLMs have the same row: names have nothing to tell.
  if (variance === 0) return at(fits, fits.length - 1)
  return fits.reduce((best, fit) => (fit.unlikeliness < best.unlikeliness ? fit : best))
}

/** The direction [W] of the largest variance, by power iteration. */
function firstComponent(covariance: Covariance): { direction: Float64Array; variance: number } {
  const variances = covariance.map((row, i) => at(row, i))
  // The widest column, which is in the product as it is: nothing is orthogonal to itself.
  let direction = new Float64Array(covariance.length)
  direction[variances.indexOf(Math.max(...variances))] = 1
  let variance = 0
  for (let i = 0; i < ITERATIONS; i++) {
    const product = multiply(covariance, direction)
    variance = Math.sqrt(dot(product, product))
    if (variance === 0) break
    direction = product.map((value) => value / variance)
  }
  return { direction, variance }
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
