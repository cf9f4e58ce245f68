import { expect } from 'chai'
import fc from 'fast-check'

import { comparedPrompt } from '../../../src/selection/shadow/comparison.js'

const probability = fc.double({ min: 0, max: 1, noNaN: true })

describe('comparedPrompt', () => {
  it('finds the best LLM of each, and the mean difference', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(probability, probability), { minLength: 2, maxLength: 9 }), (pairs) => {
        const [live, shadow] = [pairs.map(([p]) => p), pairs.map(([, p]) => p)]
        const llms = pairs.map((_, m) => 10 * m)
        const { line, isFlip, difference } = comparedPrompt(live, shadow, llms)
        const best = [live, shadow].map((own) => 10 * own.indexOf(Math.max(...own)))
        expect(line.best).to.deep.equal(best)
        expect(isFlip).to.equal(best[0] !== best[1])
        let sum = 0
        for (const [p, q] of pairs) sum += p > q ? p - q : q - p
        expect(difference).to.be.closeTo(sum / pairs.length, 1e-12)
      }),
    )
  })

  it('has no best of one LLM', () => {
    const { line, isFlip } = comparedPrompt([0.25], [0.75], [3])
    expect([line.best, isFlip]).to.deep.equal([null, undefined])
  })
})
