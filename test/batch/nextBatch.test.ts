import { expect } from 'chai'
import fc from 'fast-check'

import { takeNextBatch } from '../../src/batch/nextBatch.js'
import type { SchedulingState } from '../../src/batch/nextBatch.js'
import { Submission } from '../../src/batch/submission.js'

const BUDGET = 100

const costOf = (cost: number) => cost
const submissionOf = (costs: number[], at = 0) => new Submission<number, never>(costs, costOf, { at })
const sum = (costs: number[]) => costs.reduce((total, cost) => total + cost, 0)
/** The costs in a batch, by submission in the order of `waiting`. */
function take(waiting: Submission<number, never>[], state: Partial<SchedulingState> = {}): number[][] {
  const batch = takeNextBatch(waiting, BUDGET, { leftOut: 0, isSoleRequest: false, ...state })
  return waiting.map((one) => batch.filter(({ submission }) => submission === one).map(({ cost }) => cost))
}

describe('takeNextBatch', () => {
  it('makes short batches if a long submission is not the sole request', () => {
    const long = submissionOf(new Array<number>(50).fill(10))
    expect(take([long, submissionOf([20])])).to.deep.equal([[], [20]])
    expect(take([long])).to.deep.equal([new Array<number>(5).fill(10)])
  })

  it('gives a sole request the whole budget, shortest items first', () => {
    expect(take([submissionOf([30, 60, 20, 40, 10])], { isSoleRequest: true })).to.deep.equal([
      [10, 20, 30, 40],
    ])
  })

  it('takes the short ones in their turn, up to the first that does not fit: none overtakes it', () => {
    expect(
      take([submissionOf([40]), submissionOf([20]), submissionOf([30]), submissionOf([30])]),
    ).to.deep.equal([[], [20], [30], [30]])
    const inOrder = [[40], [20], [45], [5]].map((costs, i) => submissionOf(costs, 100 * i))
    expect(take(inOrder)).to.deep.equal([[40], [20], [], []])
  })

  const tens = (count: number) => new Array<number>(count).fill(10)

  it('gives the oldest the first half when it was left out and the short ones all fit beside it', () => {
    const waiting = [submissionOf(tens(50)), submissionOf([20]), submissionOf([30])]
    expect(take(waiting, { leftOut: 1 })).to.deep.equal([tens(5), [20], [30]])
  })

  it('leaves it out again as long as they do not, up to three times', () => {
    const waiting = () => [submissionOf(tens(50)), submissionOf([20]), submissionOf([40]), submissionOf([40])]
    expect(take(waiting(), { leftOut: 1 })).to.deep.equal([[], [20], [40], [40]])
    expect(take(waiting(), { leftOut: 2 })).to.deep.equal([[], [20], [40], [40]])
    expect(take(waiting(), { leftOut: 3 })).to.deep.equal([tens(8), [20], [], []])
  })

  it('gives what is left to the long ones with the least work', () => {
    const waiting = [
      submissionOf(tens(50)),
      submissionOf(tens(40)),
      submissionOf([20]),
      submissionOf(tens(6)),
    ]
    expect(take(waiting, { leftOut: 1 })).to.deep.equal([tens(5), [], [20], tens(3)])
    expect(take([submissionOf(tens(50)), submissionOf(tens(6))])).to.deep.equal([[], tens(5)])
  })

  it('makes an item above the budget a batch by itself', () => {
    expect(take([submissionOf([101]), submissionOf([102])])).to.deep.equal([[101], []])
  })

  it('puts the oldest first on demand, whatever the length of its item', () => {
    expect(take([submissionOf([80]), submissionOf([30])])).to.deep.equal([[], [30]])
    expect(take([submissionOf([80]), submissionOf([30])], { leftOut: 1 })).to.deep.equal([[80], []])
    expect(take([submissionOf([200]), submissionOf([30])], { leftOut: 1 })).to.deep.equal([[200], []])
  })

  const anyCosts = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 20 })
  const fewCosts = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 3 })
  const anyWaiting = fc.array(fc.oneof(anyCosts, fewCosts), { minLength: 1, maxLength: 8 })

  it('keeps its promises for whatever waits', () => {
    fc.assert(
      fc.property(anyWaiting, fc.nat(4), (queues, leftOut) => {
        const waiting = queues.map((costs, i) => submissionOf(costs, 20 * i))
        const isSoleRequest = queues.length === 1
        const isLong = (costs: number[]) => sum(costs) > BUDGET / 2
        const shortTokens = sum(queues.filter((costs) => !isLong(costs)).map(sum))
        const [first = []] = queues
        const mayTurn = leftOut >= 3 || !isLong(first) || shortTokens <= BUDGET / 2
        const oldestFirst = leftOut > 0 && mayTurn
        const whole = isSoleRequest || oldestFirst || !queues.every(isLong)
        const batch = takeNextBatch(waiting, BUDGET, { leftOut, isSoleRequest })
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
          const isLeftOut = !oldestFirst && !isSoleRequest && isLong(queues[i] ?? []) && !queues.every(isLong)
          if (isLeftOut) expect(of(one), 'no long one with short ones').to.deep.equal([])
          else if (isSoleRequest || isLong(queues[i] ?? []))
            expect(sum(costs) + next, 'full').to.be.greaterThan(whole ? BUDGET : BUDGET / 2)
        })
        const turns = queues.map((costs, i) => ({ i, turn: 20 * i + sum(costs), isShort: !isLong(costs) }))
        const short = turns.filter(({ isShort }) => isShort).sort((a, b) => a.turn - b.turn)
        const stop = short.findIndex(({ i }) => waiting[i]?.next !== undefined)
        if (stop >= 0 && !isSoleRequest) {
          const [first, ...behind] = short.slice(stop).map(({ i }) => waiting[i])
          expect(sum(costs) + (first?.next?.cost ?? 0), 'up to what does not fit').to.be.greaterThan(BUDGET)
          for (const one of behind) if (one !== waiting[0]) expect(of(one), 'overtakes').to.deep.equal([])
        }

        const [oldest] = waiting
        const taken = sum(of(oldest))
        const next = oldest?.next?.cost ?? Infinity
        if (oldestFirst) {
          expect(taken, 'its turn').to.be.greaterThan(0)
          expect(taken + next, 'half for the oldest').to.be.greaterThan(BUDGET / 2)
        } else expectFirstOnesWhole(queues.map(sum), waiting.map(of).map(sum))
      }),
    )
  })
})

/** Whatever fits into half of the budget together with all whose turn is not after its own is taken whole. */
function expectFirstOnesWhole(queued: number[], taken: number[]): void {
  const turns = queued.map((tokens, i) => tokens + 20 * i)
  queued.forEach((tokens, i) => {
    const upToIt = sum(queued.filter((_, other) => (turns[other] ?? 0) <= (turns[i] ?? 0)))
    if (upToIt <= BUDGET / 2) expect(taken[i]).to.equal(tokens)
  })
}
