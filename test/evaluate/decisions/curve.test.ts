import { expect } from 'chai'
import fc from 'fast-check'

import { areaFrom, curveOf, meansOf, meanStatistic, scoreAt } from '../../../src/evaluate/decisions/curve.js'
import type { Curve } from '../../../src/evaluate/decisions/curve.js'
import { CONSTANTS, VALUE } from '../../../src/evaluate/decisions/sweeps.js'
import { at } from '../../../src/numeric/at.js'
import { mean } from '../../../src/numeric/mean.js'
import { judgedPrompts } from './candidates.js'

/** Of prompts that all cost and score alike. */
function curveThrough(points: readonly (readonly [cost: number, score: number])[]): Curve {
  return {
    objective: 'any',
    parameter: null,
    view: 'model',
    points: points.map(([cost, score], parameter) => ({
      parameter,
      paid: Float64Array.of(cost, cost),
      score: Float64Array.of(score, score),
    })),
  }
}
const CURVE = curveThrough([
  [1, 0.2],
  [3, 0.6],
  [11, 0.8],
])
const scoreFor = (cost: number) => scoreAt(CURVE, () => cost)()

describe('scoreAt', () => {
  it('is linear between points, constant above the last, and nothing below the first', () => {
    const expected = { 1: 0.2, 2: 0.4, 3: 0.6, 7: 0.7, 11: 0.8, 20: 0.8 }
    for (const [cost, score] of Object.entries(expected))
      expect(scoreFor(Number(cost))).to.be.closeTo(score, 1e-12)
    expect(scoreFor(0.99)).to.be.NaN
  })

  it('is what deciding by one of two points at random costs and scores, for any sample of prompts', () => {
    const numbers = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
    const weights = fc
      .array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 4 })
      .filter((all) => all.some((w) => w > 0))
    fc.assert(
      fc.property(
        numbers,
        numbers,
        numbers,
        weights,
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (paid, low, high, drawn, part) => {
          const dearer = Float64Array.from(paid, (cost) => cost + 1)
          const points = [
            { parameter: 0, paid: Float64Array.from(paid), score: Float64Array.from(low) },
            { parameter: 1, paid: dearer, score: Float64Array.from(high) },
          ]
          const curve: Curve = { objective: 'any', parameter: null, view: 'model', points }
          const sample = drawn.flatMap((times, p) => Array<number>(times).fill(p))
          const meanOver = (values: ArrayLike<number>) => mean(sample.map((p) => at(values, p)))
          const cost = (1 - part) * meanOver(paid) + part * meanOver(dearer)
          const score = scoreAt(curve, () => cost)(Float64Array.from(drawn))
          expect(score).to.be.closeTo((1 - part) * meanOver(low) + part * meanOver(high), 1e-9)
        },
      ),
    )
  })
})

describe('areaFrom', () => {
  it('is the mean score over the logarithm of the cost', () => {
    const flat = curveThrough([[0.1, 0.5]])
    expect(areaFrom(flat, 0.1, () => 1)()).to.be.closeTo(0.5, 1e-12)
    // A score that is the logarithm of the cost, from 0 to 1, is a half on average.
    const steps = Array.from({ length: 400 }, (_, i) => i / 399)
    const rising = curveThrough(steps.map((x) => [10 ** (x - 1), x]))
    expect(areaFrom(rising, 0.1, () => 1.0000001)()).to.be.closeTo(0.5, 1e-3)
    expect(areaFrom(rising, 0.05, () => 1)()).to.be.NaN
  })
})

describe('curveOf', () => {
  it('has the points by rising cost, those of the same choices once', async () => {
    const prompts = judgedPrompts(40)
    const { points, objective, view } = await curveOf(CONSTANTS, 'constants', prompts)
    expect([objective, view]).to.deep.equal(['constants', 'constants'])
    const costs = points.map((point) => meansOf(point).cost)
    expect(costs).to.deep.equal([...costs].sort((a, b) => a - b))
    // One LLM for all prompts at each of them.
    expect(points).to.have.length(3)
    for (const [llm, { paid, score }] of points.entries()) {
      expect([...paid]).to.deep.equal(prompts.map((candidates) => at(candidates, llm).paid))
      expect([...score]).to.deep.equal(prompts.map((candidates) => at(candidates, llm).score))
    }
  })

  it('scores what was chosen, whoever predicts it', async () => {
    const prompts = judgedPrompts(300)
    const last = async (view: 'model' | 'kNN' | 'constants') => {
      const score = (await curveOf(VALUE, view, prompts)).points.at(-1)?.score
      return mean(score ?? [])
    }
    expect(await last('model')).to.be.greaterThan((await last('kNN')) + 0.02)
    expect(await last('kNN')).to.be.greaterThan((await last('constants')) + 0.02)
  })
})

describe('meanStatistic', () => {
  it('is the mean of a sample', () => {
    const statistic = meanStatistic(Float64Array.of(1, 2, 6))
    expect(statistic()).to.equal(3)
    expect(statistic(Float64Array.of(2, 0, 1))).to.be.closeTo(8 / 3, 1e-12)
  })
})
