import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

import { expect } from 'chai'

import { RedisCache } from '../../../src/embedding/cache/redisCache.js'
import { recordedLog } from './recordedLog.js'
import { until } from './until.js'

const CHUNK = Buffer.alloc(256 * 1024, 'x')

/** A server that answers each command `+OK`, but this one without an end. */
async function serve(flooded: RegExp) {
  const sent = { bytes: 0, connections: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    sent.connections++
    let isFlooding = false
    const flood = () => {
      while (!socket.destroyed && socket.write(CHUNK)) sent.bytes += CHUNK.length
    }
    socket.on('error', () => undefined)
    socket.on('drain', flood)
    socket.on('data', (bytes: Buffer) => {
      if (isFlooding) return
      const text = bytes.toString('latin1')
      isFlooding = flooded.test(text)
      if (!isFlooding) socket.write('+OK\r\n'.repeat(text.match(/^\*\d/gm)?.length ?? 0))
      else {
        socket.write('*1\r\n$1000000000\r\n')
        flood()
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, sent, stop }
}

describe('RedisCache, of a server that answers without an end', () => {
  for (const [name, flooded] of [
    ['to a lookup', /MGET/],
    ['to the first word', /CLIENT|HELLO|SELECT|SETINFO/i],
  ] as const) {
    it(`takes no more than a bound ${name}, and goes on without it (fault 13)`, async () => {
      const { url, sent, stop } = await serve(flooded)
      const { log, lines } = recordedLog()
      const cache = new RedisCache({ url, log, lookupTimeoutMs: 50, pauseMs: 0 })
      try {
        if (flooded.test('MGET')) {
          await until(() => lines.length > 0)
          expect(await cache.getMany(['a'])).to.deep.equal([undefined])
        }
        const isTold = () => lines.some((line) => line.includes('Redis cache unavailable'))
        await until(() => sent.bytes > 30 * 2 ** 20 && isTold())
        await new Promise((resolve) => setTimeout(resolve, 500))
        // What the system holds for the socket comes on top.
        expect(sent.bytes).to.be.lessThan(96 * 2 ** 20)
        expect(sent.connections).to.be.within(1, 2)
        expect(await cache.getMany(['a'])).to.deep.equal([undefined])
      } finally {
        await cache.close()
        stop()
      }
    })
  }
})
