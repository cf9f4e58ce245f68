import { expect } from 'chai'

import { LLimitError } from '../../src/errors.js'
import { rejection } from '../rejection.js'
import { items, many, setUp } from './handBatcher.js'

describe('Batcher, in front of a newcomer', () => {
  it('admits one prompt whatever few large requests have queued (fault 4)', async () => {
    const { engine, batcher } = setUp({ maxQueued: 200 })
    const long = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => batcher.submit(many(name, 500, 10)))
    const single = batcher.submit(items('single', 3))
    await engine.finish()
    expect(engine.ids(1)).to.include('single0')
    await engine.finish()
    expect(await single).to.deep.equal(['result of single0'])
    await engine.finishAll()
    await Promise.all(long)
  })

  it('rejects what has too much in front of it, and says when there will be room', async () => {
    const { engine, clock, batcher } = setUp({ maxQueued: 200 })
    void batcher.submit(items('a', 100))
    clock.advance(50)
    await engine.finish()
    // 2000 tokens a second.
    const queued = [batcher.submit(items('running', 100))]
    for (let i = 0; i < 9; i++) queued.push(batcher.submit(many(`b${i}`, 50, 10)))
    // Each counts for an eighth of the bound at most, which leaves room for one of 2 tokens.
    const error = await rejection(batcher.submit(many('c', 1000, 100)))
    expect(error).to.include({ code: 'OVERLOADED', retryAfterSeconds: 1 })
    expect(error).to.have.property(
      'message',
      'Expected at most 200 queued tokens, got 225; LLIMIT_MAX_QUEUED_TOKENS sets the limit; try again in 1 s',
    )
    queued.push(batcher.submit(items('d', 2)))
    await engine.finishAll()
    expect(await Promise.all(queued)).to.have.length(11)
  })

  it('counts those who have a place and have not submitted yet', async () => {
    const { engine, batcher } = setUp({ maxQueued: 20 })
    const places = Array.from({ length: 11 }, () => batcher.admit(2))
    expect(() => batcher.admit(2))
      .to.throw(LLimitError, 'got 22')
      .with.property('code', 'OVERLOADED')
    places.pop()?.release()
    const [place] = places
    const done = batcher.submit(items('a', 2), place === undefined ? {} : { place })
    expect(batcher.queuedTokens).to.equal(0)
    await engine.finishAll()
    expect(await done).to.deep.equal(['result of a0'])
  })

  it('says one second if it does not know its speed yet', async () => {
    const { batcher } = setUp({ maxQueued: 1 })
    // As many as there is room for; the others are refused too.
    for (const name of ['a', 'b', 'c', 'd']) batcher.submit(many(name, 20, 10)).catch(() => undefined)
    expect(await rejection(batcher.submit(items('e', 1)))).to.have.property('retryAfterSeconds', 1)
  })

  it('rejects what comes while as many requests wait as may, and says when one of them is answered', async () => {
    const { engine, clock, batcher } = setUp({ maxQueued: 10_000, maxWaiting: () => 3 })
    void batcher.submit(items('running', 100))
    clock.advance(50)
    await engine.finish()
    // 2000 tokens a second.
    void batcher.submit(items('a', 100))
    const place = batcher.admit(4500)
    const waiting = [batcher.submit(many('b', 50, 100)), batcher.submit(many('c', 60, 100))]
    expect(batcher.waitingRequests).to.equal(3)
    const error = await rejection(batcher.submit(items('d', 1)))
    expect(error).to.include({ code: 'OVERLOADED', retryAfterSeconds: 3 })
    expect(error).to.have.property(
      'message',
      'Expected at most 3 requests that wait for the encoder, half of what LLIMIT_MAX_REQUESTS leaves, got 3; try again in 3 s',
    )
    place.release()
    waiting.push(batcher.submit(items('e', 1)))
    await engine.finishAll()
    expect(await Promise.all(waiting)).to.have.length(3)
  })
})
