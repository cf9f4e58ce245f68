import { expect } from 'chai'

import { createRandom } from '../../../src/numeric/random.js'
import { foldOf, heldOutGain } from '../../../src/train/learn/heldOutGain.js'

/** Outcomes of an LLM that is said to succeed half of the time, and succeeds as often as `rate` says. */
function llmOf(n: number, rate: number, seed = 1) {
  const random = createRandom(seed)
  const logits = new Float64Array(n)
  const scores = logits.map(() => (random() < rate ? 1 : 0))
  const outcomes = { logits, factors: logits.map(() => 1), scores, moved: new Float64Array(n) }
  return { outcomes, folds: Array.from(logits.keys(), (i) => foldOf(`id ${i}`)) }
}

describe('heldOutGain', () => {
  it('is that of log losses on outcomes that were not fitted to', () => {
    const { outcomes, before, after, gain, standardError } = heldOutGain([llmOf(1000, 0.9)])
    expect(outcomes).to.equal(1000)
    expect(before).to.be.closeTo(Math.LN2, 1e-12)
    expect(gain).to.be.closeTo(before - after, 1e-12)
    // The entropy of 0.9 is 0.325; a level that stays 5 % short costs 0.01.
    expect(after).to.be.within(0.29, 0.38)
    expect(gain).to.be.greaterThan(10 * standardError)
  })

  it('is nothing where nothing is learned', () => {
    expect(heldOutGain([llmOf(200, 0.5), llmOf(100, 0.5, 2)]).gain).to.be.closeTo(0, 0.01)
  })

  it('divides outcomes by their ids, about evenly', () => {
    const folds = Array.from({ length: 5000 }, (_, i) => foldOf(`id ${i}`))
    for (let fold = 0; fold < 5; fold++)
      expect(folds.filter((own) => own === fold).length).to.be.within(900, 1100)
    expect(foldOf('id 7')).to.equal(foldOf('id 7'))
  })
})
