import { expect } from 'chai'
import fc from 'fast-check'

import { tokensOfCall } from '../../src/encoder/check.js'
import { groupByTokens, groupLimitsOf, pack, positions } from '../../src/encoder/packing.js'

describe('packing', () => {
  it('lays prompts end to end', () => {
    const tokens = pack([Int32Array.of(101, 7, 102), Int32Array.of(101, 102)])
    expect([...tokens.ids]).to.deep.equal([101, 7, 102, 101, 102])
    expect([...tokens.lengths]).to.deep.equal([3, 2])
    expect([...positions(tokens)]).to.deep.equal([0, 1, 2, 0, 1])
  })

  it('does not pad short prompts to a long one where a call of its own takes less', () => {
    const lengths = [240, 25, 60, 90, 70]
    const groupsAt = (shortMs: number, tokensPerSecond: number) => {
      const callTokens = tokensOfCall({ shortMs, tokensPerSecond })
      return groupByTokens(lengths, groupLimitsOf(callTokens, { hidden_size: 384 }))
    }
    // As measured: ONNX Runtime and wasm on two cores.
    expect(groupsAt(4, 9000)).to.deep.equal([[1, 2, 4], [3], [0]])
    expect(groupsAt(24, 900)).to.deep.equal([[1], [2, 4], [3], [0]])
    // As a GPU may be: a call takes as long as a batch.
    expect(groupsAt(3, 300_000)).to.deep.equal([[1, 2, 4, 3, 0]])
    // So slow that nothing but the short call was measured.
    expect(groupsAt(800, 20)).to.deep.equal([[1], [2], [4], [3], [0]])
  })

  it('groups every prompt once, within the limits and no smaller than they ask, shortest first', () => {
    const anyLengths = fc.array(fc.integer({ min: 2, max: 256 }), { maxLength: 200 })
    const anyLimits = fc.record({
      tokens: fc.integer({ min: 1, max: 2000 }),
      padding: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 20_000 })),
    })
    fc.assert(
      fc.property(anyLengths, anyLimits, (lengths, limits) => {
        const groups = groupByTokens(lengths, limits)
        const order = groups.flat()
        expect([...order].sort((a, b) => a - b)).to.deep.equal([...lengths.keys()])
        const sorted = order.map((index) => lengths[index] ?? 0)
        expect(sorted).to.deep.equal([...sorted].sort((a, b) => a - b))
        const isWithin = (group: number[]) => {
          const grid = group.map((index) => lengths[index] ?? 0)
          const S = Math.max(...grid)
          const padding = grid.reduce((sum, length) => sum + S ** 2 - length ** 2, 0)
          return S * grid.length <= limits.tokens && padding <= limits.padding
        }
        groups.forEach((group, i) => {
          expect(group.length === 1 || isWithin(group)).to.equal(true)
          const next = groups[i + 1]?.[0]
          if (next !== undefined) expect(isWithin([...group, next])).to.equal(false)
        })
      }),
    )
  })
})
