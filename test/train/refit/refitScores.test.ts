import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'chai'
import fc from 'fast-check'

import { at } from '../../../src/numeric/at.js'
import { matrixOf } from '../../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../../src/numeric/random.js'
import { startBackend } from '../../../src/tensor/backend.js'
import { recipeSchema } from '../../../src/train/recipe.js'
import { abilityPrecision, blendScores, refitScores } from '../../../src/train/refit/refitScores.js'
import { denseExamples } from '../denseExamples.js'
import { COUNTS, K, smallExamples, smallGates } from './setting.js'

const { refit } = recipeSchema.parse({}).kinds
const logistic = (z: number) => 1 / (1 + Math.exp(-z))

/** The scores at the optimum of the small setting in float64, by plain gradient descent on scores and levels of sources. */
function plainOptimum(ability: number, { deviation, source }: { deviation: number; source: number }) {
  const [examples, gates, M] = [smallExamples(), smallGates(), COUNTS.llms]
  const level = new Float64Array(K)
  const abilities = new Float64Array(M)
  const deviations = new Float64Array(M * K)
  const shifts = new Float64Array(COUNTS.sources)
  const gate = (p: number, k: number) => at(gates.data, p * K + k)
  const score = (l: number, k: number) => at(level, k) + at(abilities, l) + at(deviations, l * K + k)
  for (let step = 0; step < 20_000; step++) {
    // Those of the penalties first.
    const byLevel = level.map((v) => 0.02 * v)
    const byAbility = abilities.map((v) => v / ability)
    const byDeviation = deviations.map((v) => v / deviation)
    const byShift = shifts.map((v) => v / source)
    examples.target.forEach((y, pair) => {
      if (Number.isNaN(y)) return
      const [p, l] = [Math.floor(pair / M), pair % M]
      const s = at(examples.source, p)
      let z = at(shifts, s)
      for (let k = 0; k < K; k++) z += gate(p, k) * score(l, k)
      const error = logistic(z) - y
      byAbility[l] = at(byAbility, l) + error
      byShift[s] = at(byShift, s) + error
      for (let k = 0; k < K; k++) {
        byLevel[k] = at(byLevel, k) + error * gate(p, k)
        byDeviation[l * K + k] = at(byDeviation, l * K + k) + error * gate(p, k)
      }
    })
    const descend = (values: Float64Array, by: Float64Array) =>
      values.forEach((v, i) => (values[i] = v - 0.1 * at(by, i)))
    descend(level, byLevel)
    descend(abilities, byAbility)
    descend(deviations, byDeviation)
    descend(shifts, byShift)
  }
  return Array.from({ length: M * K }, (_, i) => score(Math.floor(i / K), i % K))
}

describe('refitScores', () => {
  before(() => startBackend(['wasm']))

  it('finds the optimum that plain gradient descent finds', () => {
    const settings = { ...refit, rounds: 1, iterations: 500, source_variance: 0.3 }
    const { scores } = refitScores(smallExamples(), smallGates(), COUNTS, settings)
    const expected = plainOptimum(1, { deviation: 0.4, source: 0.3 })
    // L-BFGS ends at derivatives of 1e-3, of a function whose curvature is 0.02 at least.
    scores.data.forEach((score, i) => expect(score, `score ${i}`).to.be.closeTo(at(expected, i), 0.02))
  })

  it('uses in the second round the variance that the first one found', () => {
    const settings = { ...refit, rounds: 1, iterations: 500, source_variance: 0.3 }
    const first = refitScores(smallExamples(), smallGates(), COUNTS, settings)
    const second = refitScores(smallExamples(), smallGates(), COUNTS, { ...settings, rounds: 2 })
    expect(first.abilityVariance).to.not.be.closeTo(1, 0.01)
    const expected = plainOptimum(first.abilityVariance, { deviation: 0.4, source: 0.3 })
    second.scores.data.forEach((score, i) => expect(score).to.be.closeTo(at(expected, i), 0.02))
  })

  it('knows of each score the sum of p (1 - p) over the outcomes, by the gate', () => {
    const [examples, gates] = [smallExamples(), smallGates()]
    const settings = { ...refit, rounds: 1, source_variance: 0 }
    const { scores, information } = refitScores(examples, gates, COUNTS, settings)
    const expected = new Float64Array(COUNTS.llms * K)
    examples.target.forEach((y, pair) => {
      if (Number.isNaN(y)) return
      const [p, l] = [Math.floor(pair / COUNTS.llms), pair % COUNTS.llms]
      let z = 0
      for (let k = 0; k < K; k++) z += at(gates.data, p * K + k) * at(scores.data, l * K + k)
      const spread = logistic(z) * (1 - logistic(z))
      for (let k = 0; k < K; k++) {
        expected[l * K + k] = at(expected, l * K + k) + spread * at(gates.data, p * K + k)
      }
    })
    information.data.forEach((known, i) => expect(known).to.be.closeTo(at(expected, i), 1e-5))
  })

  it('finds the variance of ability that outcomes were drawn with', () => {
    const random = createRandom(3)
    const [M, P] = [120, 60]
    const abilities = Array.from({ length: M }, () => Math.sqrt(0.6) * gaussian(random))
    const examples = denseExamples(P, M, (_, llm) => (random() < logistic(at(abilities, llm)) ? 1 : 0))
    const gates = matrixOf(new Float32Array(P).fill(1), 1)
    const settings = { ...refit, rounds: 8, deviation_variance: 1e-4 }
    const { abilityVariance } = refitScores(examples, gates, { llms: M, sources: 1 }, settings)
    // A variance from 120 draws has a standard deviation of 13 %, and 60 outcomes of each add a tenth.
    expect(abilityVariance).to.be.closeTo(0.6, 0.25)
  })

  it('gives an LLM that was judged on one class the ability that this shows on all others', () => {
    // Prompts 0 to 29 are of class 0, the others of class 1; LLM 2 was judged on class 0 alone, where it is as good as LLM 0.
    const random = createRandom(4)
    const chance = [0.9, 0.2, 0.9]
    const examples = denseExamples(60, 3, (p, l) =>
      l === 2 && p >= 30 ? NaN : random() < at(chance, l) ? 1 : 0,
    )
    const gates = matrixOf(
      Float32Array.from({ length: 120 }, (_, i) => (i % 2 === (i < 60 ? 0 : 1) ? 1 : 0)),
      2,
    )
    const { scores } = refitScores(examples, gates, { llms: 3, sources: 1 }, refit)
    const onSecondClass = (l: number) => at(scores.data, 2 * l + 1)
    expect(onSecondClass(2)).to.be.greaterThan(onSecondClass(1) + 1)
    expect(onSecondClass(2)).to.be.lessThan(onSecondClass(0))
  })

  it('is the same each time, and leaves no tensor behind', () => {
    const before = tf.memory().numTensors
    const fit = () => refitScores(smallExamples(), smallGates(), COUNTS, refit)
    expect(fit()).to.deep.equal(fit())
    expect(tf.memory().numTensors).to.equal(before)
  })
})

describe('abilityPrecision', () => {
  it('is the information if there are no deviations, and no more than 1 / variance a class if there are', () => {
    const known = Float32Array.of(2, 0, 1000)
    expect(abilityPrecision(known, 0)).to.equal(1002)
    expect(abilityPrecision(known, 0.5)).to.be.closeTo(1 + 1000 / 501, 1e-9)
  })
})

describe('blendScores', () => {
  const table = (...values: number[]) => matrixOf(Float32Array.from(values), 2)

  it('takes the trained score where much is known, the fitted one where nothing is, and half of each halfway', () => {
    const refitted = { scores: table(5, 6, 7, 8), information: table(0, 2, 1e9, 6) }
    const { data } = blendScores(table(1, 2, 3, 4), refitted, 2)
    expect(Array.from(data)).to.deep.equal([5, 4, 3, 5])
  })

  it('lies between the two', () => {
    const value = fc.float({ min: -9, max: 9, noNaN: true })
    const information = fc.float({ min: 0, max: 100, noNaN: true })
    fc.assert(
      fc.property(
        value,
        value,
        information,
        fc.double({ min: 0.1, max: 9, noNaN: true }),
        (a, b, i, half) => {
          const refitted = { scores: table(b, b), information: table(i, i) }
          const blended = Number(blendScores(table(a, a), refitted, half).data[0])
          expect(blended).to.be.within(Math.min(a, b) - 1e-6, Math.max(a, b) + 1e-6)
        },
      ),
    )
  })
})
