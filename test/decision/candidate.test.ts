import { expect } from 'chai'
import fc from 'fast-check'

import { byProbability, costOf, paretoFront } from '../../src/decision/candidate.js'
import type { Candidate } from '../../src/decision/candidate.js'
import { candidate, candidates } from './candidates.js'

function beats(a: Candidate, b: Candidate): boolean {
  if (a.cost === null || b.cost === null) return false
  return (
    a.probability >= b.probability && a.cost <= b.cost && (a.probability > b.probability || a.cost < b.cost)
  )
}

describe('paretoFront', () => {
  it('has those that no other beats, by rising cost', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const front = paretoFront(all)
        const expected = all.filter((one) => one.cost !== null && !all.some((other) => beats(other, one)))
        expect(front).to.have.members(expected)
        expect(front.map(({ cost }) => cost)).to.deep.equal(
          front.map(({ cost }) => cost).sort((a, b) => a - b),
        )
      }),
    )
  })
})

describe('byProbability', () => {
  it('puts the more probable first, then the cheaper, then the unknown', () => {
    const all = [candidate('a', 0.5), candidate('b', 0.5, 2), candidate('c', 0.5, 1), candidate('d', 0.6, 9)]
    expect(all.sort(byProbability).map(({ llm }) => llm)).to.deep.equal(['d', 'c', 'b', 'a'])
  })
})

describe('costOf', () => {
  it('throws for an unknown cost', () => {
    expect(costOf(candidate('a', 0.5, 0))).to.equal(0)
    expect(() => costOf(candidate('a', 0.5))).to.throw(RangeError, 'expected a known cost of a')
  })
})
