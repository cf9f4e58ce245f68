import { expect } from 'chai'
import fc from 'fast-check'

import { groupByTokens, pack, positions } from '../../src/encoder/packing.js'

describe('packing', () => {
  it('lays prompts end to end', () => {
    const tokens = pack([Int32Array.of(101, 7, 102), Int32Array.of(101, 102)])
    expect([...tokens.ids]).to.deep.equal([101, 7, 102, 101, 102])
    expect([...tokens.lengths]).to.deep.equal([3, 2])
    expect([...positions(tokens)]).to.deep.equal([0, 1, 2, 0, 1])
  })

  it('groups every prompt once, within the budget, shortest first', () => {
    const anyLengths = fc.array(fc.integer({ min: 2, max: 256 }), { maxLength: 200 })
    fc.assert(
      fc.property(anyLengths, fc.integer({ min: 1, max: 2000 }), (lengths, budget) => {
        const groups = groupByTokens(lengths, budget)
        const order = groups.flat()
        expect([...order].sort((a, b) => a - b)).to.deep.equal([...lengths.keys()])
        const sorted = order.map((index) => lengths[index] ?? 0)
        expect(sorted).to.deep.equal([...sorted].sort((a, b) => a - b))
        for (const group of groups) {
          const tokens = group.length * Math.max(...group.map((index) => lengths[index] ?? 0))
          expect(group.length === 1 || tokens <= budget).to.equal(true)
        }
      }),
    )
  })
})
