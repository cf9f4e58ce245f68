import { Agent, get } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createConnection } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { expect } from 'chai'
import express from 'express'

import { closeServer, startServer } from '../../src/http/server.js'
import { useApp } from './runningApp.js'

/** Sends bytes and reads until the server closes the connection. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = createConnection(port, '127.0.0.1').setEncoding('utf8')
    socket.on('data', (chunk: string) => (answer += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(bytes)
  })
}

describe('startServer', () => {
  const app = useApp()

  it('creates requests and responses with the prototypes that Express sets', async () => {
    const inner = express()
    inner.get('/', (_req, res) => void res.send('ok'))
    const server = await startServer(inner, '127.0.0.1', 0)
    const seen = new Promise<[unknown, unknown]>((resolve) => {
      server.prependListener('request', (req: IncomingMessage, res: ServerResponse) =>
        resolve([Object.getPrototypeOf(req), Object.getPrototypeOf(res)]),
      )
    })
    const { port } = server.address() as AddressInfo
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).to.equal('ok')
    const [request, response] = await seen
    await closeServer(server, 1000)
    expect(request === inner.request).to.equal(true)
    expect(response === inner.response).to.equal(true)
  })

  it('says when the port is taken', async () => {
    const error = await startServer(express(), '127.0.0.1', app.port).catch((error: unknown) => error)
    expect(error).to.have.property('code', 'EADDRINUSE')
  })

  it('answers what is not HTTP in JSON, and closes', async () => {
    const head = 'POST /infer HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`
    for (const bytes of ['nonsense\r\n\r\n', 'GET ?x HTTP/1.1\r\nHost: x\r\n\r\n', chunked]) {
      const [head, body] = (await exchange(app.port, bytes)).split('\r\n\r\n')
      expect(head)
        .to.match(/^HTTP\/1\.1 400 Bad Request\r\n/)
        .and.to.include('Connection: close')
      expect(head)
        .to.include('Content-Type: application/json')
        .and.to.include('x-content-type-options: nosniff')
      expect(JSON.parse(body ?? '')).to.deep.equal({
        detail: 'The request is not valid HTTP',
        code: 'INVALID_REQUEST',
      })
    }
  })

  it('has a line for each answer to what is not HTTP, with the id of the answer, and counts it', async () => {
    const answers = await Promise.all([
      exchange(app.port, 'nonsense\r\n\r\n'),
      exchange(app.port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`),
    ])
    for (const [i, status] of [400, 431].entries()) {
      const id = /^X-Request-Id: (\S+)\r$/m.exec(answers[i] ?? '')?.[1]
      const find = () => app.lines.find((line) => line['id'] === id)
      while (find() === undefined) await nextTurn()
      expect(find()).to.include({ message: 'request', method: 'none', route: 'none', status })
      const metrics = await (await fetch(`${app.url}/metrics`)).text()
      expect(metrics).to.match(
        new RegExp(`^llimit_requests_total\\{.*route="none".*status="${status}".*\\} [1-9]`, 'm'),
      )
    }
  })

  it('answers a request without Host, and one for a proxy, in JSON', async () => {
    const [head, body] = (await exchange(app.port, 'GET /health HTTP/1.1\r\n\r\n')).split('\r\n\r\n')
    expect(head).to.match(/^HTTP\/1\.1 400 /)
    expect(JSON.parse(body ?? '')).to.deep.equal({
      detail: 'Expected the header Host, got none',
      code: 'INVALID_REQUEST',
    })
    const two = await exchange(app.port, 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')
    expect(two)
      .to.match(/^HTTP\/1\.1 400 /)
      .and.to.include('"detail":"Expected one header Host, got 2"')
    const old = await exchange(app.port, 'GET /health HTTP/1.0\r\n\r\n')
    expect(old).to.match(/^HTTP\/1\.1 200 /)
    const proxy = await exchange(app.port, 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n')
    expect(proxy)
      .to.match(/^HTTP\/1\.1 400 /)
      .and.to.include('"code":"INVALID_REQUEST"')
  })

  it('answers 431 to headers that are too large', async () => {
    const answer = await exchange(app.port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)
    expect(answer).to.match(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/)
    expect(answer).to.include('"code":"TOO_LARGE"')
  })

  it('answers odd targets in JSON', async () => {
    for (const target of ['*', 'http://', '//', '/%', '//docs', 'ftp://x', 'http://x:99999/health']) {
      const bytes = `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      const [head, body] = (await exchange(app.port, bytes)).split('\r\n\r\n')
      expect(head, target).to.include('Content-Type: application/json')
      expect(() => JSON.parse(body ?? '') as unknown, target).to.not.throw()
    }
    for (const absolute of ['http://x/health', 'HTTP://x/health?a#b']) {
      const bytes = `GET ${absolute} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
      expect(await exchange(app.port, bytes)).to.include('"healthy"')
    }
  })

  it('outlives a client that resets its connection', async () => {
    const socket = createConnection(app.port, '127.0.0.1')
    socket.write('GET /hea')
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.resetAndDestroy()
    expect((await fetch(`${app.url}/health`)).status).to.equal(200)
  })
})

describe('closeServer', () => {
  let cut: () => void
  // A test that fails must not leave a server that keeps the process alive.
  afterEach(() => cut())

  async function slowServer() {
    const app = express()
    const waiting: (() => void)[] = []
    let arrived: () => void
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    app.get('/', (_req, res) => {
      waiting.push(() => void res.send('late'))
      arrived()
    })
    const server = await startServer(app, '127.0.0.1', 0)
    const { port } = server.address() as AddressInfo
    const agent = new Agent({ keepAlive: true })
    const answer = new Promise<string>((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent }, (res) => {
        res.setEncoding('utf8').on('data', resolve)
      }).on('error', reject)
    })
    await arrival
    cut = () => {
      agent.destroy()
      server.closeAllConnections()
      server.close()
    }
    return { server, port, answer, release: () => waiting.forEach((send) => send()) }
  }

  it('takes no new connection, finishes what is in flight, then closes its kept-alive connection', async () => {
    const { server, port, answer, release } = await slowServer()
    const closed = closeServer(server, 60_000)
    // Those that wait to be accepted are accepted first.
    while (server.listening) await nextTurn()
    const rejected = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error)
    expect(rejected).to.be.instanceOf(Error)
    release()
    expect(await answer).to.equal('late')
    // Without the sweep this waits for the keep-alive timeout, which is longer than a test may take.
    await closed
  })

  it('answers 503 to what is not finished at the deadline', async () => {
    const { server, answer } = await slowServer()
    await closeServer(server, 20)
    expect(JSON.parse(await answer)).to.have.property('code', 'ENGINE_UNAVAILABLE')
  })
})
