import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'

import { expect } from 'chai'

import { RedisCache } from '../../../src/embedding/cache/redisCache.js'
import { FakeRedis } from './fakeRedis.js'
import { recordedLog } from './recordedLog.js'
import { until } from './until.js'

const VALUE = { vector: Float32Array.from({ length: 384 }, Math.random), tokens: 7, truncated: false }

/** A port that is free: one that was just given back. */
async function freePort(): Promise<string> {
  const holder = new FakeRedis()
  const { port } = new URL(await holder.start())
  await holder.stop()
  return port
}

function startServer(port: string): ChildProcess {
  const settings = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()]
  return spawn('redis-server', settings, { stdio: 'ignore' })
}

async function kill(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
}

if (spawnSync('redis-server', ['--version']).status === 0) {
  describe('RedisCache with a real server', () => {
    it('goes on while the server is away, hangs, and is back', async () => {
      const port = await freePort()
      const { log, lines } = recordedLog()
      const cache = new RedisCache({
        url: `redis://127.0.0.1:${port}`,
        log,
        lookupTimeoutMs: 500,
        pauseMs: 0,
      })
      const finds = async () => (await cache.getMany(['b', 'a']))[1] !== undefined
      const finallyStores = () => until(() => (cache.set('a', VALUE), finds()))

      expect(await finds()).to.equal(false)
      let server = startServer(port)
      await finallyStores()
      expect(await cache.getMany(['b', 'a'])).to.deep.equal([undefined, VALUE])

      await kill(server)
      await until(async () => !(await finds()))
      server = startServer(port)
      await finallyStores()

      server.kill('SIGSTOP')
      expect(await finds()).to.equal(false)
      server.kill('SIGCONT')
      await until(finds)

      await cache.close()
      await kill(server)
      expect(lines.filter((line) => line === 'info: Redis cache available')).to.have.length(3)
    })
  })
}
