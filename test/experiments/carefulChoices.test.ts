import { expect } from 'chai'
import fc from 'fast-check'

import { carefulChoices } from '../../src/experiments/carefulChoices.js'
import type { Choice } from '../../src/experiments/choices.js'

const SETTINGS = { z: 0.75, seed: 1 }
const score = fc.integer({ min: 0, max: 4 }).map((value) => value / 4)
const anyChoice = fc.record<Choice>({
  prompt: fc.nat({ max: 9 }),
  source: fc.constantFrom('a', 'b'),
  familiarity: fc.double({ min: 0, max: 1, noNaN: true }),
  evidence: fc.nat({ max: 200 }),
  best: score,
  constant: score,
  guarded: score,
})
const anyChoices = fc.array(anyChoice, { minLength: 1, maxLength: 12 })

const choice = (source: string, scores: Partial<Choice>): Choice => ({
  prompt: 0,
  source,
  familiarity: 0.5,
  evidence: 30,
  best: 0,
  constant: 0,
  guarded: 0,
  ...scores,
})

describe('carefulChoices', () => {
  it('gives each unseen source its means, and the standard error of the difference of the guard', () => {
    const unseen = [
      choice('a', { best: 1, constant: 0, guarded: 1 }),
      choice('a', { best: 1, constant: 1, guarded: 1 }),
      choice('b', { best: 0, constant: 0.5, guarded: 0.5 }),
    ]
    const { guard } = carefulChoices(unseen, [], SETTINGS)
    expect(guard).to.deep.equal({
      z: 0.75,
      sources: [
        // Differences 1 and 0: a variance of .5, over two prompts.
        { source: 'a', prompts: 2, best: 1, constant: 0.5, guarded: 1, standardError: 0.5 },
        { source: 'b', prompts: 1, best: 0, constant: 0.5, guarded: 0.5, standardError: 0 },
      ],
    })
  })

  it('says which share of the gain on known sources is kept, a prompt of two trainings counting as one', () => {
    const known = [
      choice('a', { prompt: 1, best: 1, constant: 0, guarded: 1 }),
      choice('a', { prompt: 1, best: 1, constant: 0, guarded: 1 }),
      choice('a', { prompt: 2, best: 1, constant: 0, guarded: 0 }),
      choice('a', { prompt: 2, best: 1, constant: 0, guarded: 0 }),
    ]
    const row = carefulChoices([], known, SETTINGS).guard.known
    expect(row).to.deep.include({ prompts: 2, best: 1, constant: 0, guarded: 0.5 })
    // Two prompts: a sample may have either of them alone.
    expect(row?.kept).to.deep.equal({ value: 0.5, low: 0, high: 1 })
  })

  it('knows no share to keep where there is no gain', () => {
    expect(carefulChoices([], [choice('a', {})], SETTINGS).guard.known).to.not.have.property('kept')
  })

  it('takes the gain of the prompts below each bound', () => {
    fc.assert(
      fc.property(anyChoices, (unseen) => {
        const { familiarity, evidence } = carefulChoices(unseen, [], SETTINGS)
        const gainOf = (own: readonly Choice[]) =>
          own.reduce((sum, { best, constant }) => sum + best - constant, 0)
        for (const [field, steps] of Object.entries({ familiarity, evidence })) {
          for (const step of steps) {
            const own = unseen.filter((one) => one[field as 'familiarity'] < step.bound)
            expect(step.unseen.prompts).to.equal(new Set(own.map(({ prompt }) => prompt)).size)
            expect(step.known).to.deep.equal({ prompts: 0 })
            if (own.length === 0) expect(step.unseen).to.not.have.any.keys('gain', 'overSources')
            else {
              expect(step.unseen.gain?.value).to.be.closeTo(gainOf(own) / own.length, 1e-12)
              expect(step.unseen.overSources?.value).to.be.closeTo(gainOf(own) / own.length, 1e-12)
            }
            if (gainOf(unseen) === 0) expect(step.unseen).to.not.have.property('share')
            else expect(step.unseen.share).to.be.closeTo(gainOf(own) / gainOf(unseen), 1e-9)
          }
        }
        expect(familiarity.at(-1)?.unseen.prompts).to.equal(new Set(unseen.map(({ prompt }) => prompt)).size)
      }),
      { numRuns: 10 },
    )
  })
})
