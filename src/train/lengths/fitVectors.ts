/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The sums over all answers, R x R numbers for each: at() makes them several times slower. Every index is below a length by
   construction. */
import { at } from '../../numeric/at.js'
import { invert } from '../../numeric/cholesky.js'
import { rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { quantileOf } from '../../numeric/quantile.js'
import { dot } from '../../numeric/vector.js'
import type { CountedAnswers } from './countedAnswers.js'

/** Of expectation maximization: the variances change by less than a hundredth in the last. */
const ROUNDS = 8

/** The median variance counts as much as so many answers of an LLM. */
const NOISE_PRIOR_ANSWERS = 20

/** Added to the covariance of vectors, so that a few LLMs without any difference have one. */
const MIN_VARIANCE = 1e-6

/** The first guesses: of the covariance, one on its diagonal, and of the variance of the log of a length. */
const FIRST_NOISE = 0.4

/** The Gaussian that the vectors of LLMs look drawn from, R numbers each. */
interface VectorDistribution {
  mean: Float64Array
  covariance: Float64Array[]
}

export interface FittedVectors extends VectorDistribution {
  /** [M] of [R]; the mean, of an LLM without answers. */
  vectors: Float64Array[]
  /** [M] variance of the log about its mean; the median, of an LLM without answers. */
  noise: Float64Array
}

/** What the answers of one LLM say of its vector: all that the fit needs of them. */
export interface AnswerSums {
  count: number
  /** Lower triangle of the sum of z zᵀ. */
  squares: Float64Array[]
  /** [R] sum of z · length */
  products: Float64Array
  /** Sum of the squares of lengths. */
  lengths: number
}

/**
 * The most likely vector of each LLM, and the distribution that they are drawn from: linear regressions of the lengths of
 * answers on the vectors of prompts that share a normal prior, by expectation maximization.
 * @param prompts [P, R] vectors of the prompts
 * @param llms M
 */
export function fitVectors(prompts: Matrix, answers: CountedAnswers, llms: number): FittedVectors {
  const R = prompts.columns
  const sums = sumsByLlm(prompts, answers, llms)
  const counted = sums.flatMap((own, m) => (own.count > 0 ? [m] : []))
  let prior: VectorDistribution = { mean: new Float64Array(R), covariance: identity(R) }
  const noise = new Float64Array(llms).fill(FIRST_NOISE)
  const vectors = sums.map(() => prior.mean)
  for (let round = 0; round < ROUNDS; round++) {
    const fits = counted.map((m) => fitVector(at(sums, m), prior, at(noise, m)))
    prior = distributionOf(fits)
    const median = quantileOf(
      counted.map((m, i) => squaredError(at(sums, m), at(fits, i)) / at(sums, m).count),
      0.5,
    )
    noise.fill(median)
    vectors.fill(prior.mean)
    counted.forEach((m, i) => {
      noise[m] = noiseOf(at(sums, m), at(fits, i), median)
      vectors[m] = at(fits, i).mean
    })
  }
  return { vectors, noise, ...prior }
}

/** The vector of one LLM under a prior: normal, with this mean and covariance. */
export function fitVector(
  { squares, products }: Pick<AnswerSums, 'squares' | 'products'>,
  { mean, covariance }: VectorDistribution,
  noise: number,
): VectorDistribution {
  const precision = invert(covariance)
  const posterior = squares.map((row, i) => row.map((value, j) => value / noise + at(at(precision, i), j)))
  const known = products.map((value, i) => value / noise + dot(at(precision, i), mean))
  const own = invert(posterior)
  return { mean: Float64Array.from(own, (row) => dot(row, known)), covariance: own }
}

/** The variance of the log of an LLM's lengths about what its vector predicts, drawn to the median of all LLMs. */
export function noiseOf(sums: AnswerSums, fit: VectorDistribution, median: number): number {
  return (squaredError(sums, fit) + NOISE_PRIOR_ANSWERS * median) / (sums.count + NOISE_PRIOR_ANSWERS)
}

function distributionOf(fits: readonly VectorDistribution[]): VectorDistribution {
  const [first] = fits
  if (first === undefined) throw new RangeError('expected an LLM with counted answers, got none')
  const n = fits.length
  const mean = first.mean.map((_, r) => fits.reduce((sum, fit) => sum + at(fit.mean, r), 0) / n)
  const deviations = fits.map((fit) => fit.mean.map((value, r) => value - at(mean, r)))
  const covariance = first.covariance.map((row, i) =>
    row.map((_, j) => {
      let sum = i === j ? MIN_VARIANCE * n : 0
      for (let k = 0; k < n; k++)
        sum += at(at(deviations, k), i) * at(at(deviations, k), j) + at(at(at(fits, k).covariance, i), j)
      return sum / n
    }),
  )
  return { mean, covariance }
}

/** The expectation of the sum of squared errors, the vector being as uncertain as it is. */
function squaredError(
  { squares, products, lengths }: AnswerSums,
  { mean, covariance }: VectorDistribution,
): number {
  let sum = lengths - 2 * dot(mean, products)
  squares.forEach((row, i) => {
    row.forEach((value, j) => {
      const both = at(mean, i) * at(mean, j) + at(at(covariance, i), j)
      sum += (i === j ? 1 : 2) * value * both
    })
  })
  return Math.max(0, sum)
}

function sumsByLlm(prompts: Matrix, answers: CountedAnswers, llms: number): AnswerSums[] {
  const sums = Array.from({ length: llms }, () => emptySums(prompts.columns))
  answers.length.forEach((length, i) => {
    addAnswer(at(sums, at(answers.llm, i)), rowOf(prompts, at(answers.prompt, i)), length)
  })
  return sums
}

export function emptySums(R: number): AnswerSums {
  const squares = Array.from({ length: R }, (_, i) => new Float64Array(i + 1))
  return { count: 0, squares, products: new Float64Array(R), lengths: 0 }
}

/** @param vector [R] of the prompt */
export function addAnswer(sums: AnswerSums, vector: Float32Array, length: number): void {
  sums.count++
  sums.lengths += length ** 2
  for (let i = 0; i < vector.length; i++) {
    const [row, value] = [at(sums.squares, i), at(vector, i)]
    for (let j = 0; j <= i; j++) row[j] = (row[j] as number) + value * (vector[j] as number)
    sums.products[i] = at(sums.products, i) + value * length
  }
}

function identity(R: number): Float64Array[] {
  return Array.from({ length: R }, (_, i) =>
    Float64Array.from({ length: R }, (_unused, j) => Number(i === j)),
  )
}
