import { expect } from 'chai'

import { at } from '../../../src/numeric/at.js'
import { llmRow, promptIndex } from '../../../src/numeric/indices.js'
import { matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import { quantileOf } from '../../../src/numeric/quantile.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { addAnswer, emptySums, fitVector, fitVectors } from '../../../src/train/lengths/fitVectors.js'

describe('fitVector', () => {
  it('is the posterior of a linear regression, here of two numbers by the formulas of a 2 x 2 inverse', () => {
    const sums = emptySums(2)
    const answers = [
      [[1, 2], 3],
      [[0.5, -1], 2],
      [[-2, 0.25], -1],
    ] as const
    for (const [z, length] of answers) addAnswer(sums, Float32Array.from(z), length)
    const prior = {
      mean: Float64Array.of(0.5, -0.25),
      covariance: [Float64Array.of(2, 0.5), Float64Array.of(0.5, 1)],
    }
    const noise = 0.4
    // Prior precision: the inverse of [2 .5; .5 1], whose determinant is 1.75.
    const precision = [1 / 1.75, -0.5 / 1.75, 2 / 1.75] as const
    let [a, b, c] = precision
    let [u, v] = [a * 0.5 + b * -0.25, b * 0.5 + c * -0.25]
    for (const [[x, y], length] of answers) {
      a += (x * x) / noise
      b += (x * y) / noise
      c += (y * y) / noise
      u += (x * length) / noise
      v += (y * length) / noise
    }
    const determinant = a * c - b * b
    const { mean, covariance } = fitVector(sums, prior, noise)
    expect(mean[0]).to.be.closeTo((c * u - b * v) / determinant, 1e-9)
    expect(mean[1]).to.be.closeTo((a * v - b * u) / determinant, 1e-9)
    expect(covariance[0]?.[1]).to.be.closeTo(-b / determinant, 1e-9)
    expect(covariance[1]?.[1]).to.be.closeTo(a / determinant, 1e-9)
  })
})

describe('fitVectors', () => {
  const [P, M] = [400, 6]
  const random = createRandom(5)
  const prompts = matrixOf(
    Float32Array.from({ length: P * 2 }, (_, i) => (i % 2 === 0 ? 1 : gaussian(random))),
    2,
  )
  const truth = Array.from({ length: M }, (_, m) => [5 + 0.3 * m, m % 2 === 0 ? 0.8 : -0.4] as const)
  /** The last LLM answers nothing; each other one has a noise of its own. */
  const cells = Array.from({ length: P * M }, (_, i) => ({ p: Math.floor(i / M), m: i % M })).filter(
    ({ m }) => m < M - 1,
  )
  const noiseOf = (m: number) => 0.1 + 0.1 * m
  const answers = {
    prompt: cells.map(({ p }) => promptIndex(p)),
    llm: cells.map(({ m }) => llmRow(m)),
    length: Float64Array.from(cells, ({ p, m }) => {
      const [level, slope] = at(truth, m)
      return level + slope * at(rowOf(prompts, p), 1) + Math.sqrt(noiseOf(m)) * gaussian(random)
    }),
  }
  const fitted = fitVectors(prompts, answers, M)

  it('finds the vector and the noise of each LLM', () => {
    for (let m = 0; m < M - 1; m++) {
      const [level, slope] = at(truth, m)
      // Standard errors of .035 at most.
      expect(fitted.vectors[m]?.[0]).to.be.closeTo(level, 0.11)
      expect(fitted.vectors[m]?.[1]).to.be.closeTo(slope, 0.11)
      expect(at(fitted.noise, m) / noiseOf(m)).to.be.closeTo(1, 0.25)
    }
  })

  it('gives an LLM without answers the mean vector and the median noise', () => {
    expect(fitted.vectors[M - 1]).to.deep.equal(fitted.mean)
    expect(fitted.noise[M - 1]).to.be.closeTo(quantileOf(fitted.noise.subarray(0, M - 1), 0.5), 0.02)
    expect(fitted.mean[0]).to.be.closeTo(5.6, 0.1)
    // Of the levels 5, 5.3, 5.6, 5.9 and 6.2, with the little that is not known of them.
    expect(fitted.covariance[0]?.[0]).to.be.closeTo(0.18, 0.03)
  })
})
