import { Batcher } from '../../src/batch/batcher.js'
import type { BatcherOptions } from '../../src/batch/batcher.js'
import { HandClock } from './handClock.js'
import { HandEngine } from './handEngine.js'
import type { Item } from './handEngine.js'

/** A batcher whose engine and clock a test moves. */
export function setUp(options: Partial<BatcherOptions<Item, string>> = {}) {
  const engine = new HandEngine()
  const clock = new HandClock()
  const settings = { budget: () => 100, maxQueued: 1000, concurrency: 1, ...options }
  const batcher = new Batcher<Item, string>({
    costOf: ({ cost }) => cost,
    run: engine.run,
    now: clock.now,
    ...settings,
  })
  return { engine, clock, batcher }
}

/** Items a0, a1, … of these costs. */
export const items = (name: string, ...costs: number[]) =>
  costs.map((cost, i) => ({ id: `${name}${i}`, cost }))
export const many = (name: string, count: number, cost: number) =>
  items(name, ...new Array<number>(count).fill(cost))
