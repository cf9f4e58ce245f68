import { setImmediate } from 'node:timers/promises'

import { expect } from 'chai'
import fc from 'fast-check'

import { Batcher } from '../../src/batch/batcher.js'
import { LLimitError } from '../../src/errors.js'
import { HandClock } from './handClock.js'
import { HandEngine, resultOf } from './handEngine.js'
import type { Item } from './handEngine.js'

const BUDGET = 100
const MAX_QUEUED = 80
const CONCURRENCY = 2

interface Caller {
  items: Item[]
  controller: AbortController
  /** Tokens that were in front of it when it came. */
  inFront: number
  outcome: { results: string[] } | { error: unknown } | undefined
}

/** Whatever callers, engines and the clock do, one after the other. */
class World {
  readonly engine = new HandEngine()
  readonly clock = new HandClock()
  readonly callers: Caller[] = []
  readonly failures = new Map<Error, Item[]>()
  /** Items of batches of several callers that failed: each caller's are computed once more by themselves. */
  readonly repeated = new Set<Item>()
  readonly #batcher = new Batcher<Item, string>({
    costOf: ({ cost }) => cost,
    run: this.engine.run,
    now: this.clock.now,
    budget: () => BUDGET,
    maxQueued: MAX_QUEUED,
    concurrency: CONCURRENCY,
  })

  submit(costs: number[]): Promise<void> {
    const name = this.callers.length
    const caller: Caller = {
      items: costs.map((cost, i) => ({ id: `${name}.${i}`, cost })),
      controller: new AbortController(),
      inFront: this.inFrontOf(costs.reduce((sum, cost) => sum + cost, 0)),
      outcome: undefined,
    }
    this.callers.push(caller)
    this.#batcher.submit(caller.items, { signal: caller.controller.signal }).then(
      (results) => (caller.outcome = { results }),
      (error: unknown) => (caller.outcome = { error }),
    )
    return setImmediate()
  }

  async finish(choice: number, ends: 'well' | 'with an error' | 'short of a result'): Promise<void> {
    const batch = this.engine.running[choice % Math.max(1, this.engine.running.length)]
    if (batch === undefined) return
    const failure = new Error('broken')
    if (ends === 'with an error') this.failures.set(failure, batch.items)
    const isShared =
      this.callers.filter(({ items }) => batch.items.some((item) => items.includes(item))).length > 1
    if (ends !== 'well' && isShared) for (const item of batch.items) this.repeated.add(item)
    if (ends === 'well') await batch.finish()
    else if (ends === 'with an error') await batch.fail(failure)
    else await batch.finish(batch.items.slice(1).map(resultOf))
  }

  abort(choice: number): Promise<void> {
    this.callers[choice % Math.max(1, this.callers.length)]?.controller.abort(new Error('client left'))
    return setImmediate()
  }

  advance(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds)
    return setImmediate()
  }

  /** Items of callers that still wait, in no batch yet. */
  queued(): Item[] {
    const started = new Set(this.engine.started.flatMap(({ items }) => items))
    const waiting = this.callers.filter(({ outcome }) => outcome === undefined)
    return waiting.flatMap(({ items }) => items).filter((item) => !started.has(item))
  }

  /** Of each caller that waits at most what the newcomer brings, and at most an eighth of the bound. */
  inFrontOf(cost: number): number {
    const most = Math.min(cost, Math.floor(MAX_QUEUED / 8))
    const queued = this.queued()
    const ofEach = this.callers.map(({ items }) => tokensOf(items.filter((item) => queued.includes(item))))
    return ofEach.reduce((sum, tokens) => sum + Math.min(tokens, most), 0)
  }

  check(): void {
    const { running } = this.engine
    expect(running.length, 'engines at most').to.be.at.most(CONCURRENCY)
    if (running.length < CONCURRENCY)
      expect(this.queued(), 'nothing waits while an engine is free').to.be.empty
    for (const { items } of this.engine.started) {
      expect(items.length === 1 || tokensOf(items) <= BUDGET, 'within the budget').to.equal(true)
    }
    const times = new Map<Item, number>()
    for (const item of this.engine.started.flatMap(({ items }) => items))
      times.set(item, (times.get(item) ?? 0) + 1)
    for (const [item, count] of times)
      expect(count, 'each item once, or once more').to.be.at.most(this.repeated.has(item) ? 2 : 1)
  }

  /** Every caller has what it is due. */
  checkOutcome({ items, controller, inFront, outcome }: Caller): void {
    expect(outcome, 'nobody hangs').not.to.equal(undefined)
    if (outcome === undefined) return
    if ('results' in outcome) {
      expect(outcome.results).to.deep.equal(items.map(resultOf))
      expect(inFront).to.be.at.most(MAX_QUEUED)
      return
    }
    const { error } = outcome
    const code = error instanceof LLimitError ? error.code : undefined
    if (code === 'OVERLOADED') expect(inFront).to.be.greaterThan(MAX_QUEUED)
    else if (code === undefined && error !== controller.signal.reason) {
      const failed = [...this.failures].find(([failure]) => failure === error)?.[1] ?? []
      expect(failed, 'an error reaches only its cause').not.to.be.empty
      expect(failed.every((item) => items.includes(item))).to.equal(true)
    } else if (code !== undefined) expect(code).to.equal('INTERNAL')
  }
}

const tokensOf = (items: Item[]) => items.reduce((sum, { cost }) => sum + cost, 0)

type Step = (world: World) => Promise<void>

const anyStep = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 12 }).map(
    (costs): Step =>
      (world) =>
        world.submit(costs),
  ),
  fc
    .record({
      choice: fc.nat(1),
      ends: fc.constantFrom('well', 'well', 'with an error', 'short of a result'),
    })
    .map(
      ({ choice, ends }): Step =>
        (world) =>
          world.finish(choice, ends),
    ),
  fc.nat(20).map(
    (choice): Step =>
      (world) =>
        world.abort(choice),
  ),
  fc.nat(20).map(
    (milliseconds): Step =>
      (world) =>
        world.advance(milliseconds),
  ),
)

describe('Batcher, whatever happens', () => {
  it('answers everybody once, in order, or says why not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 40 }), async (steps) => {
        const world = new World()
        for (const step of steps) {
          await step(world)
          world.check()
        }
        await world.engine.finishAll()
        world.check()
        for (const caller of world.callers) world.checkOutcome(caller)
        expect(world.engine.running).to.be.empty
      }),
      { numRuns: 300 },
    )
  })
})
