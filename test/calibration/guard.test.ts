import { expect } from 'chai'
import fc from 'fast-check'

import { guardedChoice } from '../../src/calibration/guard.js'

const candidate = fc.record({
  logit: fc.double({ min: -5, max: 5, noNaN: true }),
  standardError: fc.double({ min: 0.01, max: 2, noNaN: true }),
})
const candidates = fc.array(candidate, { minLength: 1, maxLength: 8 })

describe('guardedChoice', () => {
  it('leaves the baseline when another LLM is better by more than z standard errors', () => {
    const pair = (logit: number) => [
      { logit: 0, standardError: 0.3 },
      { logit, standardError: 0.4 },
    ]
    expect(guardedChoice(pair(0.49), 0, 1)).to.equal(0)
    expect(guardedChoice(pair(0.51), 0, 1)).to.equal(1)
    expect(guardedChoice(pair(0.51), 0, 2)).to.equal(0)
    expect(guardedChoice(pair(-1), 0, 0)).to.equal(0)
  })

  it('chooses the best LLM or the baseline, and the baseline for a great z', () => {
    fc.assert(
      fc.property(candidates, fc.nat(), fc.double({ min: 0, max: 3, noNaN: true }), (all, any, z) => {
        const baseline = any % all.length
        const highest = Math.max(...all.map(({ logit }) => logit))
        const choice = guardedChoice(all, baseline, z)
        expect(choice === baseline || all[choice]?.logit === highest).to.equal(true)
        expect(guardedChoice(all, baseline, 1e6)).to.equal(baseline)
        expect(all[guardedChoice(all, baseline, 0)]?.logit).to.equal(highest)
      }),
    )
  })
})
