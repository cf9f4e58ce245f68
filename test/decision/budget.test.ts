import { expect } from 'chai'
import fc from 'fast-check'

import { chooseWithin } from '../../src/decision/budget.js'
import type { Candidate } from '../../src/decision/candidate.js'
import { candidate, prompts } from './candidates.js'

/** Every choice of one candidate for each prompt, as its cost and successes. */
function everyChoice(all: readonly Candidate[][]): { cost: number; successes: number }[] {
  return all.reduce(
    (sums, options) =>
      sums.flatMap(({ cost, successes }) =>
        options.map((one) => ({
          cost: cost + (one.cost ?? Infinity),
          successes: successes + one.probability,
        })),
      ),
    [{ cost: 0, successes: 0 }],
  )
}

describe('chooseWithin', () => {
  it('equals the best of all choices within the budget', async () => {
    await fc.assert(
      fc.asyncProperty(prompts, fc.double({ min: 0, max: 6, noNaN: true }), async (all, budget) => {
        const possible = everyChoice(all).filter(({ cost }) => cost <= budget * (1 + 1e-12))
        const found = await chooseWithin(all, budget)
        if (possible.length === 0) {
          expect(found).to.equal(undefined)
          return
        }
        const best = Math.max(...possible.map(({ successes }) => successes))
        expect(found?.successes).to.be.closeTo(best, 2e-9)
        expect(found?.bound).to.be.within(best - 1e-9, best + 2e-9)
        expect(found?.cost).to.be.at.most(budget * (1 + 1e-12))
        expect(found?.chosen).to.have.length(all.length)
        found?.chosen.forEach((one, p) => expect(all[p]).to.include(one))
      }),
      { numRuns: 1000 },
    )
  })

  it('leaves the convex hull where that is better', async () => {
    // By efficiency alone, the steps to b cost more than the budget has; c lies below the hull and is taken.
    const prompt = [candidate('a', 0, 0), candidate('b', 0.9, 1), candidate('c', 0.4, 0.5)]
    const found = await chooseWithin([prompt, prompt], 1.5)
    expect(found?.chosen.map(({ llm }) => llm).sort()).to.deep.equal(['b', 'c'])
    expect(found?.successes).to.be.closeTo(1.3, 1e-12)
  })

  it('says how far it may be from the best for many prompts, and stays within the budget', async () => {
    const next = (p: number, i: number) => ((p * 7919 + i * 104729) % 1009) / 1009
    const all = Array.from({ length: 300 }, (_, p) =>
      Array.from({ length: 20 }, (_, i) => candidate(`llm-${i}`, next(p, i), next(i, p + 1) ** 3)),
    )
    const found = await chooseWithin(all, 5)
    expect(found?.cost).to.be.at.most(5 + 1e-9)
    // A prompt is worth a success at most: the bound is a thousandth of one away.
    expect((found?.bound ?? Infinity) - (found?.successes ?? 0)).to.be.within(0, 1e-3)
  })
})
