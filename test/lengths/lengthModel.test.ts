import { expect } from 'chai'
import fc from 'fast-check'

import { answerLengthOf, expectedLengthOf, logLengthOf } from '../../src/lengths/lengthModel.js'
import { promptParts } from '../../src/lengths/promptPart.js'
import { at } from '../../src/numeric/at.js'
import { llmRow } from '../../src/numeric/indices.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'
import { plainLength } from './plainLengths.js'
import { tinyLengths } from './tinyLengths.js'

const SIZE = { embedding: 6, features: 5, counted: [40, 0, 7] }
const inputsOf = (seed: number) => {
  const random = createRandom(seed)
  return Float32Array.from({ length: 11 }, () => gaussian(random))
}

describe('logLengthOf', () => {
  it('is what plain sums say, of LLMs with and without counted answers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (seed, prompt) => {
        const { model } = tinyLengths(seed, SIZE)
        const inputs = inputsOf(prompt)
        const part = promptParts(model.prompts)(inputs)
        SIZE.counted.forEach((_, m) => {
          const found = logLengthOf(model, part, llmRow(m))
          const expected = plainLength(model, Array.from(inputs), m)
          // Float32 products, then an exponential of differences of up to 5.
          expect(found.mean).to.be.closeTo(expected.mean, 1e-4)
          expect(found.variance).to.be.closeTo(expected.variance, 1e-5)
          const tokens = answerLengthOf(found, model)
          for (const field of ['expected', 'median', 'low', 'high'] as const) {
            expect(tokens[field] / expected[field]).to.be.closeTo(1, 1e-3)
          }
        })
      }),
    )
  })

  it('rests on LLMs like one without counted answers, and is less certain', () => {
    const { model } = tinyLengths(1, SIZE)
    const part = promptParts(model.prompts)(inputsOf(2))
    const without = logLengthOf(model, part, llmRow(1))
    expect(without.variance).to.be.closeTo(at(model.noise, 1) + model.likeVariance, 1e-6)
    const elsewhere = { ...model, vectors: { ...model.vectors, data: new Float32Array(12).fill(9) } }
    expect(logLengthOf(elsewhere, part, llmRow(1)).mean).to.equal(without.mean)
    expect(logLengthOf(elsewhere, part, llmRow(0)).mean).to.not.equal(
      logLengthOf(model, part, llmRow(0)).mean,
    )
  })

  it('takes inputs without direction for no cluster more than another', () => {
    const { model } = tinyLengths(1, SIZE)
    const { shares } = promptParts(model.prompts)(new Float32Array(11))
    for (const share of shares) expect(share).to.be.closeTo(1 / 3, 1e-6)
  })
})

describe('answerLengthOf', () => {
  const model = { interval: { low: -1.6, high: 1.7 }, longest: 4000 }

  it('has the mean of a log-normal distribution above its median, both in the interval, from 1 to the longest', () => {
    const log = fc.record({
      mean: fc.double({ min: -5, max: 12, noNaN: true }),
      variance: fc.double({ min: 0, max: 2, noNaN: true }),
    })
    fc.assert(
      fc.property(log, (length) => {
        const { expected, median, low, high } = answerLengthOf(length, model)
        expect(median).to.be.within(low, high)
        expect(expected).to.be.at.least(median)
        expect(expectedLengthOf(length, model.longest)).to.equal(expected)
        for (const tokens of [expected, median, low, high]) expect(tokens).to.be.within(1, 4000)
      }),
    )
    // The mean of exp(x) for x normal with mean 5 and variance .6, from 200,000 draws.
    const random = createRandom(1)
    let sum = 0
    for (let i = 0; i < 200_000; i++) sum += Math.exp(5 + Math.sqrt(0.6) * gaussian(random))
    expect(answerLengthOf({ mean: 5, variance: 0.6 }, model).expected).to.be.closeTo(sum / 200_000, 2)
  })
})
