import { expect } from 'chai'
import fc from 'fast-check'

import { decide } from '../../../src/decision/decide.js'
import { calibrateThreshold } from '../../../src/evaluate/decisions/calibrateThreshold.js'
import type { PairPrompt } from '../../../src/evaluate/decisions/calibrateThreshold.js'
import { createRandom } from '../../../src/numeric/random.js'

const QUICK = { seed: 1, resamples: 40 }
const prompts = (advantages: readonly number[]): PairPrompt[] =>
  advantages.map((advantage) => ({ advantage }))

describe('calibrateThreshold', () => {
  it('lies halfway between the last prompt that is sent and the next one', () => {
    const { threshold, sent } = calibrateThreshold(prompts([0.1, 0.5, 0.2, 0.4, 0.3]), 0.4, QUICK)
    expect(threshold.value).to.equal(0.35)
    expect(sent).to.equal(0.4)
  })

  it('sends the share by the objective itself, one prompt less at most', () => {
    // Advantages that 6 decimals tell apart.
    const advantages = fc.uniqueArray(fc.integer({ min: -900, max: 900 }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(advantages, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (all, share) => {
        const own = all.map((value) => value / 1000)
        const { threshold, sent } = calibrateThreshold(prompts(own), share, { seed: 1, resamples: 2 })
        const objective = { type: 'threshold', strong: 's', weak: 'w', threshold: threshold.value } as const
        const chosen = own.filter((advantage) => {
          const candidates = [
            { llm: 's', probability: advantage, standardError: null, cost: null },
            { llm: 'w', probability: 0, standardError: null, cost: null },
          ]
          return decide(objective, candidates).choice?.llm === 's'
        })
        expect(sent).to.equal(chosen.length / own.length)
        expect(chosen.length).to.be.within(share * own.length - 1, share * own.length + 1e-6)
      }),
    )
  })

  it('sends no prompt of a tie that would be too many', () => {
    const { threshold, sent } = calibrateThreshold(prompts([0.3, 0.3, 0.3, 0.3, 0.1]), 0.5, QUICK)
    expect(threshold.value).to.equal(0.3)
    expect(sent).to.equal(0)
  })

  it('has an interval that narrows with more prompts', () => {
    const random = createRandom(3)
    const widthOf = (count: number) => {
      const own = prompts(Array.from({ length: count }, () => random()))
      const { threshold } = calibrateThreshold(own, 0.3, QUICK)
      expect(threshold.low).to.be.at.most(0.7)
      expect(threshold.high).to.be.at.least(0.7)
      return threshold.high - threshold.low
    }
    expect(widthOf(2000)).to.be.lessThan(widthOf(100) / 2)
  })

  it('expects a score where both LLMs were judged, against as many prompts drawn at random', () => {
    const judged = [
      { advantage: 0.6, scores: { strong: 1, weak: 0 } },
      { advantage: 0.5, scores: { strong: 1, weak: 0 } },
      { advantage: 0.1, scores: { strong: 1, weak: 1 } },
      { advantage: 0.2, scores: { strong: 0, weak: 0.5 } },
      { advantage: 0.9 },
    ]
    const { quality, sent } = calibrateThreshold(judged, 0.6, QUICK)
    expect(sent).to.equal(0.6)
    expect(quality?.prompts).to.equal(4)
    expect(quality?.sent).to.equal(0.5)
    // Sent: 1 and 1; kept: 1 and .5. Strong .75 and weak .375 on average, half of each at random.
    expect(quality?.score?.value).to.equal(0.875)
    expect(quality?.strong?.value).to.equal(0.75)
    expect(quality?.weak?.value).to.equal(0.375)
    expect(quality?.overRandom?.value).to.be.closeTo(0.875 - 0.5625, 1e-12)
    expect(calibrateThreshold(prompts([0.1, 0.2]), 0.5, QUICK)).to.not.have.property('quality')
  })
})
