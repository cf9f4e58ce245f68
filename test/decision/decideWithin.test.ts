import { expect } from 'chai'

import { decideWithin } from '../../src/decision/decideWithin.js'
import { candidate } from './candidates.js'

const EASY = [candidate('dear', 0.95, 1), candidate('cheap', 0.9, 0.1)]
const HARD = [candidate('dear', 0.8, 1), candidate('cheap', 0.1, 0.1)]

describe('decideWithin', () => {
  it('spends a budget on the prompts that gain most', async () => {
    const { decisions, spending } = await decideWithin([EASY, HARD, EASY], 1.3)
    expect(decisions.map(({ choice }) => choice?.llm)).to.deep.equal(['cheap', 'dear', 'cheap'])
    expect(spending?.cost).to.be.closeTo(1.2, 1e-12)
    expect(spending?.successes).to.be.closeTo(2.6, 1e-12)
    expect(decisions[1]?.reason).to.equal('dear with 0.8 for $1 is part of the best choice for $1.3 in all.')
    expect(decisions[1]?.margin).to.be.greaterThan(0)
  })

  it('chooses nothing where even the cheapest cost more', async () => {
    const { decisions, spending } = await decideWithin([EASY, HARD], 0.15)
    expect(spending).to.equal(undefined)
    expect(decisions.map(({ choice, fallback }) => [choice, fallback?.llm])).to.deep.equal([
      [null, 'dear'],
      [null, 'dear'],
    ])
    expect(decisions[0]?.reason).to.equal(
      'Even the cheapest candidates cost $0.2 in all, more than the budget of $0.15.',
    )
  })

  it('leaves out prompts without a candidate of known cost', async () => {
    const { decisions, spending } = await decideWithin([[candidate('a', 0.5)], EASY, []], 5)
    expect(decisions.map(({ choice }) => choice?.llm ?? null)).to.deep.equal([null, 'dear', null])
    expect(decisions[0]?.unpriced.map(({ llm }) => llm)).to.deep.equal(['a'])
    expect(spending?.successes).to.equal(0.95)
    expect(decisions[0]?.reason).to.equal('A budget needs costs, and that of no candidate is known.')
  })
})
