import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createConnection } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'chai'
import express from 'express'

import { announceStop, closeServer, startServer } from '../../src/http/server.js'
import { INFER, errorOf, post, useApp } from './runningApp.js'

describe('closeServer', () => {
  let arrived: () => void = () => undefined
  let release: () => void = () => undefined
  const app = useApp(
    {
      infer: (_request, signal) =>
        new Promise((resolve, reject) => {
          arrived()
          release = () => resolve({ scores: new Map(), resolved: new Map() })
          signal?.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    },
    { timeoutMs: 60_000 },
  )
  it('says Connection: close on the answers of requests that had begun, and of those that come after', async () => {
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const begun = post(app, INFER)
    await arrival
    announceStop(app.server)
    release()
    expect((await begun).headers.get('connection')).to.equal('close')
    expect((await fetch(`${app.url}/health`)).headers.get('connection')).to.equal('close')
  })

  it('answers the request of a connection that was opened a moment before, and has not come yet', async () => {
    const server = await startServer(express(), '127.0.0.1', 0)
    const { port } = server.address() as AddressInfo
    const opened = once(server, 'connection')
    const socket = createConnection(port, '127.0.0.1').setEncoding('utf8')
    await opened
    const closed = closeServer(server, 10_000)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [string]
    expect(answer)
      .to.match(/^HTTP\/1\.1 404 /)
      .and.to.include('Connection: close')
    await closed
  })

  it('answers 503 to what is not finished at the deadline, also while its body is still to come', async () => {
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    const begun = post(app, INFER)
    await arrival
    const { port } = app.server.address() as AddressInfo
    const socket = createConnection(port, '127.0.0.1').setEncoding('utf8')
    socket.write(
      'POST /infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"mod',
    )
    let received = ''
    socket.on('data', (chunk: string) => (received += chunk))
    const ended = once(socket, 'close')
    await sleep(50)
    await closeServer(app.server, 20)
    const response = await begun
    expect(response.status).to.equal(503)
    expect(response.headers.get('connection')).to.equal('close')
    expect(response.headers.get('retry-after')).to.equal('1')
    expect(await errorOf(response)).to.deep.equal({
      code: 'ENGINE_UNAVAILABLE',
      detail: 'The server is stopping and could not finish this in time; send it again',
    })
    await ended
    expect(received)
      .to.match(/^HTTP\/1\.1 503 /)
      .and.to.include('ENGINE_UNAVAILABLE')
  })
})
