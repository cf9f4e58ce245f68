import { expect } from 'chai'
import fc from 'fast-check'

import { takeNextBatch } from '../../src/batch/nextBatch.js'
import { Submission } from '../../src/batch/submission.js'

const BUDGET = 100

const costOf = (cost: number) => cost
const submissionOf = (costs: number[]) => new Submission<number, never>(costs, costOf)
const sum = (costs: number[]) => costs.reduce((total, cost) => total + cost, 0)
/** The costs in a batch, by submission in the order of `waiting`. */
function take(waiting: Submission<number, never>[], oldestFirst = false): number[][] {
  const batch = takeNextBatch(waiting, BUDGET, oldestFirst)
  return waiting.map((one) => batch.filter(({ submission }) => submission === one).map(({ cost }) => cost))
}

describe('takeNextBatch', () => {
  it('shares between a long submission and a short one', () => {
    const waiting = [submissionOf(new Array<number>(50).fill(10)), submissionOf([20])]
    expect(take(waiting)).to.deep.equal([new Array<number>(8).fill(10), [20]])
  })

  it('gives a submission that is alone the whole budget, shortest items first', () => {
    expect(take([submissionOf([30, 60, 20, 40, 10])])).to.deep.equal([[10, 20, 30, 40]])
  })

  it('sends an item above the budget alone', () => {
    expect(take([submissionOf([101]), submissionOf([102])])).to.deep.equal([[101], []])
  })

  it('puts the oldest first on demand, whatever the length of its item', () => {
    expect(take([submissionOf([80]), submissionOf([30])])).to.deep.equal([[], [30]])
    expect(take([submissionOf([80]), submissionOf([30])], true)).to.deep.equal([[80], []])
    expect(take([submissionOf([200]), submissionOf([30])], true)).to.deep.equal([[200], []])
  })

  const anyCosts = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 20 })
  const anyWaiting = fc.array(anyCosts, { minLength: 1, maxLength: 8 })

  it('keeps its promises for whatever waits', () => {
    fc.assert(
      fc.property(anyWaiting, fc.boolean(), (queues, oldestFirst) => {
        const waiting = queues.map(submissionOf)
        const batch = takeNextBatch(waiting, BUDGET, oldestFirst)
        const costs = batch.map(({ cost }) => cost)
        const of = (one: Submission<number, never> | undefined) =>
          batch.filter(({ submission }) => submission === one).map(({ cost }) => cost)

        expect(batch, 'never empty').not.to.be.empty
        expect(batch.length === 1 || sum(costs) <= BUDGET, 'within the budget').to.equal(true)
        expect(costs, 'by length').to.deep.equal([...costs].sort((a, b) => a - b))
        waiting.forEach((one, i) => {
          const inOrder = [...(queues[i] ?? [])].sort((a, b) => a - b)
          expect(of(one), 'the shortest items of each').to.deep.equal(inOrder.slice(0, of(one).length))
          const next = one.next?.cost ?? Infinity
          expect(sum(costs) + next, 'full').to.be.greaterThan(BUDGET)
        })

        const [oldest] = waiting
        const taken = sum(of(oldest))
        const next = oldest?.next?.cost ?? Infinity
        expect(taken + next, 'half for the oldest').to.be.greaterThan(BUDGET / 2)
        if (oldestFirst) expect(taken, 'its turn').to.be.greaterThan(0)
        else expectSmallOnesWhole(queues.map(sum), waiting.map(of).map(sum))
      }),
    )
  })
})

/** Whatever fits into half of the budget together with all that is smaller is taken whole. */
function expectSmallOnesWhole(queued: number[], taken: number[]): void {
  queued.forEach((tokens, i) => {
    const upToIt = sum(queued.filter((other) => other <= tokens))
    if (upToIt <= BUDGET / 2) expect(taken[i]).to.equal(tokens)
  })
}
