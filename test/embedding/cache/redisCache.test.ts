import { expect } from 'chai'

import { RedisCache } from '../../../src/embedding/cache/redisCache.js'
import { LLimitError } from '../../../src/errors.js'
import { FakeRedis } from './fakeRedis.js'
import { recordedLog } from './recordedLog.js'
import { until } from './until.js'

/** Long enough for a test machine that is busy with other things. */
const PATIENT = { lookupTimeoutMs: 30_000, pauseMs: 0 }
const VALUE = { vector: Float32Array.of(1, -2.5, 1e-30), tokens: 7, truncated: true }

describe('RedisCache', () => {
  let server: FakeRedis
  let url: string
  let cache: RedisCache
  const { log, lines } = recordedLog()

  beforeEach(async () => {
    lines.length = 0
    server = new FakeRedis()
    url = await server.start()
    cache = await connected(PATIENT)
  })

  async function connected(options: { lookupTimeoutMs: number; pauseMs: number }): Promise<RedisCache> {
    const before = lines.length
    const opened = new RedisCache({ url, log, ...options })
    await until(() => lines.length > before)
    return opened
  }

  afterEach(async () => {
    await cache.close()
    await server.stop()
  })

  const stored = async (key: string) => (await cache.getMany([key]))[0]

  it('stores with a time to live and finds many with one command', async () => {
    cache.set('a', VALUE)
    cache.set('c', { ...VALUE, tokens: 8 })
    expect(await cache.getMany(['a', 'b', 'c'])).to.deep.equal([VALUE, undefined, { ...VALUE, tokens: 8 }])
    expect(server.commands).to.deep.equal(['SET EX 604800', 'SET EX 604800', 'MGET of 3'])
    expect([...server.stored.keys()]).to.deep.equal(['llimit:embedding:a', 'llimit:embedding:c'])
  })

  it('asks nothing for no keys', async () => {
    expect(await cache.getMany([])).to.deep.equal([])
    expect(server.commands).to.be.empty
  })

  it('takes what it cannot read for a miss', async () => {
    server.stored.set('llimit:embedding:a', Buffer.from('something else'))
    expect(await stored('a')).to.equal(undefined)
  })

  it('takes replies of another number or order for misses', async () => {
    cache.set('a', VALUE)
    cache.set('b', { ...VALUE, tokens: 8 })
    for (const replace of [
      (values: (Buffer | undefined)[]) => values.toReversed(),
      (values: (Buffer | undefined)[]) => values.slice(1),
      (values: (Buffer | undefined)[]) => [...values, ...values],
      () => [],
    ]) {
      server.replace = replace
      expect(await cache.getMany(['a', 'b'])).to.deep.equal([undefined, undefined])
    }
  })

  it('takes the silence of a server for a miss, and says so once', async () => {
    const hasty = await connected({ lookupTimeoutMs: 1, pauseMs: 0 })
    server.hangs = true
    for (let i = 0; i < 5; i++) expect(await hasty.getMany(['a', 'b'])).to.deep.equal([undefined, undefined])
    await until(() => server.commands.length === 5)
    expect(lines.slice(2)).to.deep.equal(['warn: Redis cache unavailable; continuing without it'])
    await hasty.close()
  })

  it('leaves a server that does not answer alone for a while', async () => {
    const pausing = await connected({ lookupTimeoutMs: 1, pauseMs: 1e9 })
    server.hangs = true
    for (let i = 0; i < 5; i++) expect(await pausing.getMany(['a'])).to.deep.equal([undefined])
    pausing.set('a', VALUE)
    // By the time another client is served, so would this one have been.
    server.hangs = false
    await (await connected(PATIENT)).close()
    expect(server.commands).to.deep.equal(['MGET of 1'])
    await pausing.close()
  })

  it('is a miss at once while there is no server', async () => {
    const gone = new FakeRedis()
    const urlOfNothing = await gone.start()
    await gone.stop()
    const alone = new RedisCache({ url: urlOfNothing, log, ...PATIENT })
    for (let i = 0; i < 5; i++) {
      alone.set('a', VALUE)
      expect(await alone.getMany(['a'])).to.deep.equal([undefined])
    }
    await until(() => lines.length > 1)
    expect(lines.slice(1)).to.deep.equal(['warn: Redis cache unavailable; continuing without it'])
    await alone.close()
  })

  it('loses its connection without harm, and says so once', async () => {
    cache.set('a', VALUE)
    expect(await stored('a')).to.deep.equal(VALUE)
    server.cut()
    await until(async () => (await stored('a')) === undefined)
    await until(async () => (await stored('a')) !== undefined)
    expect(lines).to.deep.equal([
      'info: Redis cache available',
      'info: Redis cache for writing available',
      'warn: Redis cache unavailable; continuing without it',
      'info: Redis cache available',
    ])
  })

  it('goes on reading from a server that rejects writes, and says so once', async () => {
    cache.set('a', VALUE)
    expect(await stored('a')).to.deep.equal(VALUE)
    server.full = true
    for (let i = 0; i < 5; i++) {
      cache.set('b', VALUE)
      expect(await stored('a')).to.deep.equal(VALUE)
    }
    expect(lines.slice(2)).to.deep.equal(['warn: Redis cache for writing unavailable; continuing without it'])
  })

  it('is silent once it is closed', async () => {
    server.hangs = true
    const lookup = cache.getMany(['a'])
    await cache.close()
    await cache.close()
    expect(await lookup).to.deep.equal([undefined])
    cache.set('a', VALUE)
    expect(await cache.getMany(['a'])).to.deep.equal([undefined])
    expect(lines).to.deep.equal(['info: Redis cache available'])
  })

  it('rejects a URL of something else, without showing it', () => {
    const open = () => new RedisCache({ url: 'http://user:secret@localhost', log })
    expect(open)
      .to.throw(LLimitError, /redis:\/\//)
      .with.property('code', 'INVALID_CONFIG')
    expect(open).not.to.throw(/secret/)
  })
})
