import { expect } from 'chai'

import { mapYielding, Steps } from '../../src/thread/mapYielding.js'
import { nextTurn } from '../../src/thread/turns.js'
import { rejection } from '../rejection.js'

/** Keeps the thread busy for about a millisecond. */
function work(item: number): number {
  const end = performance.now() + 1
  while (performance.now() < end);
  return item * 2
}

describe('mapYielding', () => {
  const items = Array.from({ length: 40 }, (_, i) => i)

  it('maps in order', async () => {
    expect(await mapYielding(items, work)).to.deep.equal(items.map((item) => item * 2))
  })

  it('lets others run in between', async () => {
    let turnsOfOthers = 0
    const timer = setInterval(() => turnsOfOthers++, 0)
    await mapYielding(items, work)
    clearInterval(timer)
    expect(turnsOfOthers).to.be.greaterThan(0)
  })

  it('stops when nobody waits any more', async () => {
    const controller = new AbortController()
    let done = 0
    setImmediate(() => controller.abort())
    const error = await rejection(mapYielding(items, (item) => (done++, work(item)), controller.signal))
    expect(error).to.have.property('name', 'AbortError')
    expect(done).to.be.lessThan(items.length)
  })

  it('takes what comes in steps, and yields between them', async () => {
    function* slow(item: number): Generator<void, number> {
      for (let i = 0; i < 10; i++) {
        work(0)
        yield
      }
      return item * 2
    }
    let turnsOfOthers = 0
    const timer = setInterval(() => turnsOfOthers++, 0)
    const found = await mapYielding([1, 2, 3], (item) => (item === 2 ? 4 : new Steps(slow(item))))
    clearInterval(timer)
    expect(found).to.deep.equal([2, 4, 6])
    expect(turnsOfOthers).to.be.greaterThan(1)
  })
})

describe('nextTurn', () => {
  it('lets one of all who wait go on at a time, in their order', async () => {
    const events: string[] = []
    const long = async (name: string) => {
      for (let i = 0; i < 3; i++) {
        await nextTurn()
        events.push(`${name}${i}`)
      }
    }
    const others = async () => {
      while (events.filter((event) => event !== '-').length < 6) {
        await new Promise((resolve) => setImmediate(resolve))
        events.push('-')
      }
    }
    await Promise.all([long('a'), long('b'), others()])
    const order = events.filter((event) => event !== '-')
    expect(order).to.deep.equal(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
    expect(events.join('')).to.not.match(/[ab]\d[ab]\d/)
  })
})
