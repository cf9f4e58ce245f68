import { expect } from 'chai'

import { mapYielding } from '../../src/thread/mapYielding.js'
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
})
