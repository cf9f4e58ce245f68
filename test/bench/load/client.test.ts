import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect } from 'chai'

import { openLoadClient } from '../../../bench/load/client.js'
import { messageOf } from '../../../src/errors.js'
import { rejection } from '../../rejection.js'

/** Answers with what it was sent, or 500 for the body "bad", and notes what it has seen. */
async function startEcho() {
  const seen: string[] = []
  let open = 0
  let mostOpen = 0
  const server: Server = createServer((request, response) => {
    mostOpen = Math.max(mostOpen, ++open)
    void request.toArray().then((chunks: Buffer[]) => {
      const body = Buffer.concat(chunks).toString()
      seen.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`)
      setImmediate(() => {
        open--
        response.writeHead(body === 'bad' ? 500 : 200).end(`echo ${body}`)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { server, seen, target: { origin, path: '/x' }, mostOpen: () => mostOpen }
}

describe('load client', () => {
  const client = openLoadClient()
  let echo: Awaited<ReturnType<typeof startEcho>>
  beforeEach(async () => {
    echo = await startEcho()
  })
  afterEach(() => echo.server.close())
  after(() => client.close())

  it('sends each body once, in order with one client, and keeps the first answer', async () => {
    const { target, seen } = echo
    const result = await client.run({ target, bodies: ['a', 'b', 'c'], clients: 1 })
    expect(seen).to.deep.equal(['POST /x a', 'POST /x b', 'POST /x c'])
    expect(result.latencies).to.have.length(3)
    expect(result.firstAnswer).to.equal('echo a')
  })

  it('never has more requests open than clients', async () => {
    const { target, seen, mostOpen } = echo
    const bodies = Array.from({ length: 40 }, (_, n) => String(n))
    await client.run({ target, bodies, clients: 4 })
    expect(seen).to.have.length(40)
    expect(mostOpen()).to.be.within(1, 4)
  })

  it('starts over until it is stopped, where it is told to repeat', async () => {
    const { target, seen } = echo
    const job = client.start({ target, bodies: ['a', 'b'], clients: 1, repeat: true })
    while (seen.length < 5) await new Promise((resolve) => setImmediate(resolve))
    const { latencies } = await job.stop()
    expect(latencies).to.have.length(seen.length)
    expect(seen.slice(0, 3)).to.deep.equal(['POST /x a', 'POST /x b', 'POST /x a'])
  })

  it('probes with GET until it is stopped', async () => {
    const { target, seen } = echo
    const job = client.start({ target, everyMs: 1 })
    while (seen.length < 3) await new Promise((resolve) => setImmediate(resolve))
    const { latencies } = await job.stop()
    expect(latencies).to.have.length(seen.length)
    expect(seen[0]).to.equal('GET /x ')
  })

  it('fails with the status and the answer', async () => {
    const { target } = echo
    const error = await rejection(client.run({ target, bodies: ['ok', 'bad', 'ok'], clients: 1 }))
    expect(messageOf(error)).to.include('answered 500').and.to.include('echo bad')
    const { latencies } = await client.run({ target, bodies: ['ok'], clients: 1 })
    expect(latencies).to.have.length(1)
  })
})
