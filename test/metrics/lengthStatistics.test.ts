import { expect } from 'chai'
import fc from 'fast-check'

import { explainedVariance, medianRelativeError, ratioOfSums } from '../../src/metrics/lengthStatistics.js'
import type { PredictedLengths } from '../../src/metrics/lengthStatistics.js'
import { at } from '../../src/numeric/at.js'

const PROMPTS = 4
const tokens = fc.double({ min: 1, max: 5000, noNaN: true })
const answers = fc.array(fc.tuple(fc.nat({ max: PROMPTS - 1 }), tokens, tokens), {
  minLength: 1,
  maxLength: 12,
})
const draws = fc.array(fc.nat({ max: 3 }), { minLength: PROMPTS, maxLength: PROMPTS })

function toLengths(rows: readonly (readonly [number, number, number])[]): PredictedLengths {
  const sorted = [...rows].sort(([a], [b]) => a - b)
  return {
    prompts: PROMPTS,
    prompt: Int32Array.from(sorted, ([p]) => p),
    tokens: Float64Array.from(sorted, ([, counted]) => counted),
    median: Float64Array.from(sorted, ([, , predicted]) => predicted),
  }
}

/** The answers of a sample, each as often as its prompt was drawn. */
function repeated(lengths: PredictedLengths, weights: readonly number[]): PredictedLengths {
  const places = Array.from(lengths.prompt).flatMap((p, i) => Array<number>(at(weights, p)).fill(i))
  return {
    prompts: PROMPTS,
    prompt: Int32Array.from(places, (i) => at(lengths.prompt, i)),
    tokens: Float64Array.from(places, (i) => at(lengths.tokens, i)),
    median: Float64Array.from(places, (i) => at(lengths.median, i)),
  }
}

describe('statistics of lengths', () => {
  it('of a sample are those of its answers, each as often as it was drawn', () => {
    fc.assert(
      fc.property(answers, draws, (rows, weights) => {
        const lengths = toLengths(rows)
        const sample = repeated(lengths, weights)
        if (sample.tokens.length === 0) return
        const drawn = Float64Array.from(weights)
        const median = medianRelativeError(sample)()
        expect(medianRelativeError(lengths)(drawn)).to.equal(median)
        const [weighted, plain] = [explainedVariance(lengths)(drawn), explainedVariance(sample)()]
        // Without any variance there is nothing to explain; near it rounding decides.
        if (Math.abs(plain) < 1e6 && Math.abs(weighted) < 1e6) {
          expect(weighted).to.be.closeTo(plain, 1e-6 * Math.max(1, Math.abs(plain)))
        }
        expect(ratioOfSums(lengths, lengths.median, lengths.tokens)(drawn)).to.be.closeTo(
          ratioOfSums(sample, sample.median, sample.tokens)(),
          1e-9,
        )
      }),
    )
  })

  it('are what the definitions say', () => {
    const lengths = toLengths([
      [0, 10, 20],
      [1, 100, 90],
      [2, 1000, 1500],
    ])
    const squares = Math.log(2) ** 2 + Math.log(0.9) ** 2 + Math.log(1.5) ** 2
    expect(explainedVariance(lengths)()).to.be.closeTo(1 - squares / (2 * Math.log(10) ** 2), 1e-12)
    expect(medianRelativeError(lengths)()).to.be.closeTo(0.5, 1e-12)
    expect(ratioOfSums(lengths, lengths.median, lengths.tokens)()).to.be.closeTo(1610 / 1110, 1e-12)
  })

  it('have no value without answers', () => {
    const none = toLengths([])
    expect(explainedVariance(none)()).to.be.NaN
    expect(medianRelativeError(none)()).to.be.NaN
    expect(ratioOfSums(none, none.median, none.tokens)()).to.be.NaN
  })
})
