import { expect } from 'chai'
import fc from 'fast-check'

import { generalLengthsOf, heldTo, lengthBoundsOf } from '../../src/lengths/generalLengths.js'
import { logLengthOf } from '../../src/lengths/lengthModel.js'
import { promptParts } from '../../src/lengths/promptPart.js'
import { llmRow } from '../../src/numeric/indices.js'
import { matrixOf } from '../../src/numeric/matrix.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'
import { plainLength } from './plainLengths.js'
import { tinyLengths } from './tinyLengths.js'

const CALLER = llmRow(3)

/**
 * Four clusters of prompts, on which three LLMs were counted with answers of about 200 tokens. The fourth was counted on the first
 * alone, with calls of functions: ten tokens, and e² times fewer for each step away from it. LLMs like it say what the three say.
 */
const model = {
  ...tinyLengths(1, { embedding: 2, features: 1, counted: [1, 1, 1, 1] }).model,
  vectors: matrixOf(Float32Array.of(5.1, 0, 5.3, 0, 5.5, 0, Math.log(10), -2), 2),
  likeVectors: matrixOf(Float32Array.of(5.3, 0, 5.3, 0, 5.3, 0, 5.3, 0), 2),
  likeLevels: matrixOf(new Float32Array(16), 4),
  counted: matrixOf(Float32Array.of(20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 30, 0, 0, 0), 4),
  halfway: 1,
  noise: new Float32Array(4).fill(0.25),
}
const clusters = matrixOf(Float32Array.of(1, 0, 1, 1, 1, -1, 1, 2), 2)
const general = generalLengthsOf(model, clusters)

/** A step away from the first cluster, which is still the nearest. */
const part = { vector: Float32Array.of(1, 1), shares: Float32Array.of(1, 0, 0, 0) }

const tokensAt = (familiarity: number, llm = CALLER) =>
  Math.exp(heldTo(lengthBoundsOf(general, part, familiarity), logLengthOf(model, part, llm)).mean)

describe('generalLengthsOf', () => {
  it('is the mean over LLMs of what each has on its clusters, one of a single cluster counting half', () => {
    // Weights of clusters are 20 / 21 and 30 / 31; those of LLMs n / (n + 1) for their sum n.
    const [three, caller] = [80 / 21 / (80 / 21 + 1), 30 / 31 / (30 / 31 + 1)]
    const level = (three * (5.1 + 5.3 + 5.5) + caller * Math.log(10)) / (3 * three + caller)
    expect(general.level).to.be.closeTo(level, 1e-6)
    const squares = three * ((5.1 - level) ** 2 + (5.3 - level) ** 2 + (5.5 - level) ** 2)
    const variance = (squares + caller * (Math.log(10) - level) ** 2) / (3 * three + caller)
    expect(general.variance).to.be.closeTo(variance, 1e-6)
  })
})

describe('heldTo', () => {
  it('keeps an LLM that was counted on one kind of prompts near the others on an unfamiliar prompt', () => {
    const fit = Math.exp(logLengthOf(model, part, CALLER).mean)
    expect(fit).to.be.lessThan(2)
    for (const familiarity of [0, 0.02, 0.05, 0.1]) {
      const others = [0, 1, 2].map((llm) => tokensAt(familiarity, llmRow(llm)))
      for (const tokens of others) expect(tokens).to.be.within(90, 300)
      expect(tokensAt(familiarity)).to.be.within(Math.min(...others) / 3.5, Math.max(...others))
    }
    // On prompts like those that it was counted on its own answers count.
    expect(tokensAt(1)).to.be.closeTo(fit, 1e-9)
  })

  it('is what plain sums say', () => {
    const SIZE = { embedding: 6, features: 5, counted: [40, 0, 7] }
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.integer(), fc.integer(), share, (seed, prompt, familiarity) => {
        const tiny = tinyLengths(seed, SIZE)
        const random = createRandom(prompt)
        const inputs = Float32Array.from({ length: 11 }, () => gaussian(random))
        const own = promptParts(tiny.model.prompts)(inputs)
        const bounds = lengthBoundsOf(generalLengthsOf(tiny.model, tiny.prior.clusters), own, familiarity)
        SIZE.counted.forEach((_, m) => {
          const found = heldTo(bounds, logLengthOf(tiny.model, own, llmRow(m)))
          const held = { clusters: tiny.prior.clusters, familiarity }
          const expected = plainLength(tiny.model, Array.from(inputs), m, held)
          expect(found.mean).to.be.closeTo(expected.mean, 1e-4)
          expect(found.variance).to.be.closeTo(expected.variance, 1e-4)
        })
      }),
    )
  })

  it('never turns the order of two LLMs round, and is no surer than the fit', () => {
    const length = fc.record({
      mean: fc.double({ min: -5, max: 12, noNaN: true }),
      variance: fc.double({ min: 0, max: 2, noNaN: true }),
    })
    const familiarity = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(length, length, familiarity, (one, two, share) => {
        const bounds = lengthBoundsOf(general, part, share)
        const [shorter, longer] = one.mean < two.mean ? [one, two] : [two, one]
        expect(heldTo(bounds, shorter).mean).to.be.at.most(heldTo(bounds, longer).mean)
        expect(heldTo(bounds, one).variance).to.be.at.least(one.variance)
      }),
    )
  })

  it('goes over to the general level, the less familiar a prompt is', () => {
    const middle = (familiarity: number) => Math.log(tokensAt(familiarity, llmRow(1)))
    const distances = [0, 0.025, 0.05, 0.1].map((familiarity) =>
      Math.abs(middle(familiarity) - general.level),
    )
    expect(distances).to.deep.equal([...distances].sort((a, b) => a - b))
    expect(distances[0]).to.be.closeTo(0, 1e-6)
    expect(middle(0.1)).to.be.closeTo(5.3, 1e-6)
  })
})
