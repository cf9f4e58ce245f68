import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { matrixOf, rowOf } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import type { RowPrior } from '../../../src/train/calibration/rowPrior.js'
import { nameLikeness } from '../../../src/train/newLlm/nameLikeness.js'
import { namedPriors } from '../../../src/train/newLlm/namedPriors.js'

const NAMES = ['llama-3-8b', 'llama-3-70b', 'gpt-4o', 'gpt-4o-mini', 'yi-6b']
const M = NAMES.length
const number = fc.double({ min: -3, max: 3, noNaN: true }).map(Math.fround)
const data = fc.array(number, { minLength: 2 * M, maxLength: 2 * M }).map((all) => Float32Array.from(all))

/** x of A · x = b, and the logarithm of the determinant of A, by Gauss and Jordan with pivots. */
function solved(A: number[][], b: number[]): { x: number[]; logDeterminant: number } {
  const rows = A.map((row, i) => [...row, at(b, i)])
  let logDeterminant = 0
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row) => (Math.abs(at(row, i)) > Math.abs(at(best, i)) ? row : best))
    logDeterminant += Math.log(Math.abs(at(pivot, i)))
    rows[rows.indexOf(pivot)] = at(rows, i)
    rows[i] = pivot.map((value) => value / at(pivot, i))
    rows.forEach((row, k) => {
      if (k !== i) rows[k] = row.map((value, j) => value - at(row, i) * at(at(rows, i), j))
    })
  }
  return { x: rows.map((row) => at(row, rows.length)), logDeterminant }
}

/** Its covariance matrix [a, b, c]: a b / b c. */
function covarianceOf({ factor }: RowPrior): [number, number, number] {
  const [p, q, r] = [at(factor.data, 0), at(factor.data, 2), at(factor.data, 3)]
  return [p * p, p * q, q * q + r * r]
}

describe('namedPriors', () => {
  it('is the Gaussian process over names, in closed form for rows of two numbers', () => {
    const seen = new Set<number>()
    fc.assert(
      fc.property(data, fc.constantFrom('llama-3.1-8b', 'gpt-4.1-mini', 'claude-2'), (values, name) => {
        const column = (w: number) => NAMES.map((_, m) => at(values, 2 * m + w))
        const meanOf = (all: number[]) => all.reduce((a, b) => a + b, 0) / all.length
        const deviations = [0, 1].map((w) => column(w).map((value) => value - meanOf(column(w))))
        const product = (i: number, j: number) =>
          at(deviations, i).reduce((sum, value, m) => sum + value * at(at(deviations, j), m), 0) / (M - 1)
        const [a, b, c] = [product(0, 0), product(0, 1), product(1, 1)]
        // Of two directions of nearly the same variance, none is the first.
        const gap = Math.hypot(a - c, 2 * b)
        fc.pre(gap > 0.1 * (a + c))
        const largest = (a + c + gap) / 2
        // (largest - c, b) and (b, largest - a) are both along the first component; the longer one is exact.
        const along = largest - c > largest - a ? [largest - c, b] : [b, largest - a]
        const norm = Math.hypot(...along)
        const [u, v] = [at(along, 0) / norm, at(along, 1) / norm]

        const likeness = nameLikeness([])
        const abilities = NAMES.map((_, m) => u * at(at(deviations, 0), m) + v * at(at(deviations, 1), m))
        const fits = [0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95].map((share) => {
          const K = NAMES.map((x, i) => NAMES.map((y, j) => (i === j ? 1 : share * likeness(x, y))))
          const { x, logDeterminant } = solved(K, abilities)
          const distance = x.reduce((sum, value, m) => sum + value * at(abilities, m), 0) / largest
          return { share, K, unlikeliness: logDeterminant + distance }
        })
        const [best, second] = [...fits].sort((one, other) => one.unlikeliness - other.unlikeliness)
        if (best === undefined || second === undefined) throw new Error('no shares')
        fc.pre(second.unlikeliness - best.unlikeliness > 1e-6)
        seen.add(best.share)
        const k = NAMES.map((known) => best.share * likeness(name, known))
        const { x: weights } = solved(best.K, k)

        const prior = namedPriors(matrixOf(values, 2), NAMES)(name)
        deviations.forEach((own, w) => {
          const moved = weights.reduce((sum, weight, m) => sum + weight * at(own, m), 0)
          expect(at(prior.mean, w)).to.be.closeTo(meanOf(column(w)) + moved, 1e-5)
        })
        const left = 1 - k.reduce((sum, value, m) => sum + value * at(weights, m), 0)
        const expected = [
          4 * (a - largest * u * u) + left * largest * u * u,
          4 * 0.6 * (b - largest * u * v) + left * largest * u * v,
          4 * (c - largest * v * v) + left * largest * v * v,
        ]
        // The ridge is a millionth of the variance, the factor float32.
        covarianceOf(prior).forEach((value, i) =>
          expect(value).to.be.closeTo(at(expected, i), 1e-4 * (1 + largest)),
        )
      }),
    )
    expect(seen.size, 'shares').to.be.greaterThan(1)
  })

  it('is the mean of all for a name unlike all others, and near its kin for another', () => {
    const rows = matrixOf(Float32Array.of(3, 1, 4, 2, -3, 1, -2, 0, 1, 1), 2)
    const priorOf = namedPriors(rows, NAMES)
    const unlike = priorOf('§§')
    expect(at(unlike.mean, 0)).to.be.closeTo(0.6, 1e-6)
    const [llama, gpt] = [priorOf('llama-3.3-70b'), priorOf('gpt-4o-2024')]
    expect(at(llama.mean, 0)).to.be.greaterThan(1.5)
    expect(at(gpt.mean, 0)).to.be.lessThan(-1)
    expect(covarianceOf(llama)[0], 'of ability').to.be.lessThan(0.7 * covarianceOf(unlike)[0])
  })

  it('is the mean of all where names tell nothing, however alike they are', () => {
    const names = Array.from({ length: 26 }, (_, i) => `model-${String.fromCharCode(97 + i)}`)
    const random = createRandom(5)
    const rows = matrixOf(
      Float32Array.from({ length: 2 * names.length }, () => gaussian(random)),
      2,
    )
    const { mean } = namedPriors(rows, names)('model-z2')
    const meanOf = (w: number) =>
      names.reduce((sum, _, m) => sum + at(rows.data, 2 * m + w), 0) / names.length
    mean.forEach((value, w) => expect(value).to.be.closeTo(meanOf(w), 1e-6))
  })

  it('has a factor for a single LLM, and for LLMs that are all the same', () => {
    for (const names of [['a'], ['a', 'a-2', 'b']]) {
      const rows = matrixOf(Float32Array.from(names.flatMap(() => [1, 2])), 2)
      const { mean, factor } = namedPriors(rows, names)('a-3')
      expect([...mean]).to.deep.equal([...rowOf(rows, 0)])
      expect(factor.data.every(Number.isFinite)).to.equal(true)
    }
  })
})
