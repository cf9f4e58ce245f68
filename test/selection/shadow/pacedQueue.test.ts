import { expect } from 'chai'
import fc from 'fast-check'

import { PacedQueue } from '../../../src/selection/shadow/pacedQueue.js'

interface Job {
  name: string
  ms: number
}

describe('PacedQueue', () => {
  /** A queue whose jobs take the time they say, on a clock of its own. */
  function paced(share = 0.1, bounds = { maxJobs: 10, maxSize: 1000 }) {
    const done: string[] = []
    const time = { worked: 0, rested: 0 }
    const queue = new PacedQueue<Job>(
      ({ name, ms }) => {
        done.push(name)
        time.worked += ms
        return Promise.resolve(ms)
      },
      ({ name }) => name.length,
      { share, ...bounds },
      (ms, signal) => {
        if (!signal.aborted) time.rested += ms
        return new Promise((resolve) => setImmediate(resolve))
      },
    )
    return { queue, done, time }
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

  it('takes its share of the time, whatever jobs take', async () => {
    const share = fc.constantFrom(0.01, 0.05, 0.5, 1)
    await fc.assert(
      fc.asyncProperty(
        share,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 }),
        async (own, times) => {
          const { queue, done, time } = paced(own)
          for (const ms of times) queue.push('second', { name: 'x', ms })
          while (done.length < times.length) await settled()
          await settled()
          expect(time.worked / (time.worked + time.rested)).to.be.closeTo(own, 1e-9)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('does nothing before whoever pushes goes on, then the first lane first', async () => {
    const { queue, done } = paced()
    for (const name of ['a', 'b']) queue.push('second', { name, ms: 1 })
    for (const name of ['c', 'd']) queue.push('first', { name, ms: 1 })
    expect(done).to.deep.equal([])
    await settled()
    expect(done).to.deep.equal(['c', 'd', 'a', 'b'])
    queue.push('second', { name: 'e', ms: 1 })
    await settled()
    expect(done.at(-1)).to.equal('e')
  })

  it('takes no more than its bounds, of each lane', async () => {
    const { queue, done } = paced(0.1, { maxJobs: 3, maxSize: 10 })
    const push = (lane: 'first' | 'second', name: string) => queue.push(lane, { name, ms: 1 })
    expect(queue.room('second')).to.equal(3)
    expect(['a', 'b', 'c', 'd'].map((name) => push('second', name))).to.deep.equal([true, true, true, false])
    expect(push('first', 'e'.repeat(11))).to.equal(false)
    expect(push('first', 'e'.repeat(10))).to.equal(true)
    expect(push('first', 'f')).to.equal(false)
    await settled()
    expect(done).to.have.length(4)
    expect(push('first', 'f')).to.equal(true)
  })

  it('drops what waits when it is closed, and takes nothing more', async () => {
    const { queue, done } = paced()
    for (const name of ['a', 'b', 'c']) queue.push('second', { name, ms: 1 })
    expect(await queue.close()).to.equal(3)
    expect(queue.push('first', { name: 'd', ms: 1 })).to.equal(false)
    await settled()
    expect(done).to.deep.equal([])
  })
})
