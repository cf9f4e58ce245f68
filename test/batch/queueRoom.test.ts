import { expect } from 'chai'
import fc from 'fast-check'

import { workInFront, workUntilRoom } from '../../src/batch/queueRoom.js'

const anyQueue = fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 40 })
const anyCost = fc.integer({ min: 1, max: 1000 })
const anyBound = fc.integer({ min: 8, max: 2000 })

/** What is left of a queue in which the requests with the least work end first, after this much work. */
function after(queued: readonly number[], work: number): number[] {
  let left = work
  return [...queued]
    .sort((a, b) => a - b)
    .map((tokens) => {
      const done = Math.min(tokens, left)
      left -= done
      return tokens - done
    })
}

describe('workInFront', () => {
  it('counts of each request no more than the newcomer brings, and no more than an eighth', () => {
    expect(workInFront([500, 3, 40], 10, 1000)).to.equal(23)
    expect(workInFront([500, 3, 40], 300, 800)).to.equal(143)
  })

  it('is within the bound for up to eight requests, whatever their size', () => {
    fc.assert(
      fc.property(fc.array(anyCost, { maxLength: 8 }), anyCost, anyBound, (queued, cost, bound) => {
        expect(workInFront(queued, cost, bound)).to.be.at.most(bound)
      }),
    )
  })
})

describe('workUntilRoom', () => {
  it('is what has to be computed, and no more, until the newcomer is admitted', () => {
    fc.assert(
      fc.property(anyQueue, anyCost, anyBound, (queued, cost, bound) => {
        const work = workUntilRoom(queued, cost, bound)
        expect(workInFront(after(queued, work), cost, bound)).to.be.at.most(bound)
        if (work > 0) expect(workInFront(after(queued, work - 1), cost, bound)).to.be.greaterThan(bound)
      }),
    )
  })
})
