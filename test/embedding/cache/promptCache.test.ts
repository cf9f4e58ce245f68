import { setImmediate } from 'node:timers/promises'

import { expect } from 'chai'

import { PromptCache } from '../../../src/embedding/cache/promptCache.js'
import type { RemoteCache } from '../../../src/embedding/cache/promptCache.js'
import { rejection } from '../../rejection.js'

interface Value {
  of: string
}

class FakeRemoteCache implements RemoteCache<Value> {
  readonly stored = new Map<string, Value>()
  getMany = (keys: readonly string[]) => Promise.resolve(keys.map((key) => this.stored.get(key)))
  set = (key: string, value: Value) => void this.stored.set(key, value)
  close = () => Promise.resolve()
}

const cacheOf = (remote?: RemoteCache<Value>, maxBytes = 1e6) =>
  new PromptCache<Value>({ maxBytes, bytesOf: () => 8, remote })

/** A `compute` that notes what it is asked for and answers when `finish` or `fail` is called. */
function computeByHand(keys: string[]) {
  const asked: string[][] = []
  let finish = (): void => undefined
  let fail: (error: Error) => void = () => undefined
  const compute = (missing: number[]) => {
    const names = missing.map((i) => keys[i] ?? '')
    asked.push(names)
    return new Promise<Value[]>((resolve, reject) => {
      finish = () => resolve(names.map((of) => ({ of })))
      fail = reject
    })
  }
  return { compute, asked, finish: () => finish(), fail: (error: Error) => fail(error) }
}

/** A request for keys, one letter each, that is computed by hand. */
async function request(cache: PromptCache<Value>, letters: string, signal?: AbortSignal) {
  const keys = Array.from(letters)
  const hand = computeByHand(keys)
  const values = cache.getMany(keys, hand.compute, signal).then((found) => found.map(({ of }) => of).join(''))
  values.catch(() => undefined)
  await setImmediate()
  return { ...hand, values }
}

describe('PromptCache', () => {
  it('computes what it does not know, each key once, and remembers', async () => {
    const cache = cacheOf()
    const first = await request(cache, 'abab')
    expect(first.asked).to.deep.equal([['a', 'b']])
    first.finish()
    expect(await first.values).to.equal('abab')

    const second = await request(cache, 'cba')
    expect(second.asked).to.deep.equal([['c']])
    second.finish()
    expect(await second.values).to.equal('cba')
  })

  it('gives everybody the same object', async () => {
    const cache = cacheOf()
    const compute = () => Promise.resolve([{ of: 'a' }])
    const [one, two] = await Promise.all([cache.getMany(['a', 'a'], compute), cache.getMany(['a'], compute)])
    expect(one[0]).to.equal(two[0]).and.to.equal(one[1])
  })

  for (const maxBytes of [1e6, 0]) {
    it(`shares what is in flight, with ${maxBytes} bytes of memory`, async () => {
      const cache = cacheOf(undefined, maxBytes)
      const first = await request(cache, 'ab')
      const second = await request(cache, 'bc')
      expect(second.asked).to.deep.equal([['c']])
      first.finish()
      second.finish()
      expect(await Promise.all([first.values, second.values])).to.deep.equal(['ab', 'bc'])
    })
  }

  it('does not let a small request wait for a large one', async () => {
    const cache = cacheOf()
    const large = await request(cache, 'abc')
    const small = await request(cache, 'a')
    const alike = await request(cache, 'a')
    expect([small.asked, alike.asked]).to.deep.equal([[['a']], []])
    small.finish()
    expect(await Promise.all([small.values, alike.values])).to.deep.equal(['a', 'a'])
    large.finish()
    expect(await large.values).to.equal('abc')
  })

  it('answers no keys without computing', async () => {
    const none = await request(cacheOf(), '')
    expect(await none.values).to.equal('')
    expect(none.asked).to.be.empty
  })

  it('does not let waiters fail of an error that was not theirs', async () => {
    const cache = cacheOf()
    const first = await request(cache, 'ab')
    const second = await request(cache, 'bc')
    const third = await request(cache, 'bd')
    first.fail(new Error('client left'))
    expect(await rejection(first.values)).to.have.property('message', 'client left')
    second.finish()
    third.finish()
    await setImmediate()
    // One of the waiters computes, the other waits again.
    expect([second.asked, third.asked]).to.deep.equal([[['c'], ['b']], [['d']]])
    second.finish()
    expect(await Promise.all([second.values, third.values])).to.deep.equal(['bc', 'bd'])
  })

  it('gives a waiter its own error when it fails as well', async () => {
    const cache = cacheOf()
    const first = await request(cache, 'a')
    const second = await request(cache, 'a')
    first.fail(new Error('first'))
    await setImmediate()
    second.fail(new Error('second'))
    expect(await rejection(second.values)).to.have.property('message', 'second')
    const third = await request(cache, 'a')
    third.finish()
    expect(await third.values).to.equal('a')
  })

  it('lets a waiter go when its client has gone, and not the others', async () => {
    const cache = cacheOf()
    const controller = new AbortController()
    const first = await request(cache, 'a')
    const second = await request(cache, 'a', controller.signal)
    controller.abort(new Error('client left'))
    expect(await rejection(second.values)).to.equal(controller.signal.reason)
    first.finish()
    expect(await first.values).to.equal('a')
    const late = await request(cache, 'b', controller.signal)
    expect(await rejection(late.values)).to.equal(controller.signal.reason)
    expect(late.asked).to.be.empty
  })

  it('keeps what was computed for a client that has gone meanwhile', async () => {
    const cache = cacheOf()
    const controller = new AbortController()
    const first = await request(cache, 'a', controller.signal)
    controller.abort()
    first.finish()
    await rejection(first.values)
    const second = await request(cache, 'a')
    expect(await second.values).to.equal('a')
    expect(second.asked).to.be.empty
  })

  it('rejects a wrong number of values', async () => {
    const cache = cacheOf()
    const error = await rejection(cache.getMany(['a', 'b'], () => Promise.resolve([{ of: 'a' }])))
    expect(error).to.have.property('code', 'INTERNAL')
    const next = await request(cache, 'a')
    expect(next.asked).to.deep.equal([['a']])
  })

  it('keeps what was delivered of a call that then failed, and gives it to who waits (fault 4)', async () => {
    const remote = new FakeRemoteCache()
    const cache = cacheOf(remote)
    let fail: (error: Error) => void = () => undefined
    let deliverOne = (): void => undefined
    const failed = rejection(
      cache.getMany(['a', 'b'], (_missing, deliver) => {
        deliverOne = () => deliver(1, { of: 'b' })
        return new Promise<Value[]>((_resolve, reject) => (fail = reject))
      }),
    )
    await setImmediate()
    const waiting = await request(cache, 'bc')
    deliverOne()
    fail(new Error('too late'))
    expect(await failed).to.have.property('message', 'too late')
    waiting.finish()
    expect(await waiting.values).to.equal('bc')
    expect(waiting.asked).to.deep.equal([['c']])
    expect([...remote.stored.keys()]).to.deep.equal(['b', 'c'])
    expect((await request(cache, 'b')).asked).to.be.empty
  })

  it('asks the remote cache before it computes, and tells it what was computed', async () => {
    const remote = new FakeRemoteCache()
    remote.stored.set('a', { of: 'a' })
    const cache = cacheOf(remote)
    const first = await request(cache, 'ab')
    expect(first.asked).to.deep.equal([['b']])
    // What was found there need not wait for what is computed.
    expect(await (await request(cache, 'a')).values).to.equal('a')
    first.finish()
    expect(await first.values).to.equal('ab')
    expect([...remote.stored.keys()]).to.deep.equal(['a', 'b'])
  })
})
