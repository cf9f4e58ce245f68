import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'chai'

import { AccessLog } from '../../src/http/accessLog.js'
import { RequestTrace } from '../../src/telemetry/requestTrace.js'
import { connectRaw, inferHead } from './rawClient.js'
import { INFER, post, useApp } from './runningApp.js'

describe('the access log', () => {
  const app = useApp({
    infer: ({ prompts }, _signal, trace) => {
      if (trace !== undefined) {
        Object.assign(trace, { prompts: prompts.length, llms: 2, tokens: 9, cacheHits: 1, cacheMisses: 1 })
        trace.lap('score')
      }
      return Promise.resolve({ scores: new Map(), resolved: new Map() })
    },
  })
  const lineOf = async (id: string | null) => {
    for (;;) {
      const line = app.lines.find((line) => line['id'] === id)
      if (line !== undefined) return line
      await sleep(5)
    }
  }

  it('has a line for each request: id, route, status, counts and milliseconds by stage, and no prompt', async () => {
    const response = await post(app, { ...INFER, prompts: ['a secret', 'another secret'] })
    const line = await lineOf(response.headers.get('x-request-id'))
    expect(line).to.include({
      level: 'info',
      message: 'request',
      method: 'POST',
      route: '/infer',
      status: 200,
    })
    expect(line).to.include({ prompts: 2, llms: 2, tokens: 9, cacheHits: 1, cacheMisses: 1 })
    expect(line['ms']).to.be.a('number')
    expect(line['stages']).to.have.all.keys('score', 'write')
    expect(JSON.stringify(app.lines)).to.not.include('secret')
  })

  it('tells the stages in Server-Timing too', async () => {
    const response = await post(app, INFER)
    expect(response.headers.get('server-timing')).to.match(
      /^score;dur=[\d.]+, write;dur=[\d.]+, total;dur=[\d.]+$/,
    )
  })

  it('takes the id of the client if it is sane, and makes one otherwise', async () => {
    const idFor = async (id: string) =>
      (await fetch(`${app.url}/health`, { headers: { 'x-request-id': id } })).headers.get('x-request-id')
    expect(await idFor('client-7:a.b')).to.equal('client-7:a.b')
    expect(await lineOf('client-7:a.b')).to.include({ route: '/health' })
    for (const odd of ['', 'two words', 'x'.repeat(129), '"quoted"', '{"level":"error"}'])
      expect(await idFor(odd), odd).to.match(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
  })

  it('passes a W3C trace on, and only one that is valid', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const send = (value: string) => fetch(`${app.url}/health`, { headers: { traceparent: value } })
    const response = await send(traceparent)
    expect(response.headers.get('traceparent')).to.equal(traceparent)
    const line = await lineOf(response.headers.get('x-request-id'))
    expect(line['traceId']).to.equal('4bf92f3577b34da6a3ce929d0e0e4736')
    for (const odd of [
      traceparent.toUpperCase(),
      traceparent.slice(1),
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    ])
      expect((await send(odd)).headers.get('traceparent'), odd).to.equal(null)
  })

  it('has a line for what is rejected whatever its route is', async () => {
    const refused = async (head: string) => {
      const client = await connectRaw(app.port)
      client.socket.write(head)
      const [, id = null] = /^X-Request-Id: (.+)\r$/im.exec(await client.until(/"code"/)) ?? []
      client.socket.destroy()
      return lineOf(id)
    }
    expect(await refused('GET /health HTTP/1.1\r\n\r\n')).to.include({ route: 'none', status: 400 })
    expect(await refused('GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')).to.include({ status: 400 })
    expect(await refused(inferHead('Content-Length: 5', 'Expect: 200-ok'))).to.include({ status: 417 })
  })

  it('names the pattern of a route, and nothing of a path that no route is for', async () => {
    const described = await fetch(`${app.url}/models/dense_network/mine?key=hidden`)
    expect(await lineOf(described.headers.get('x-request-id'))).to.include({ route: '/models/:type/:name' })
    const missing = await fetch(`${app.url}/nope/hidden`)
    expect(await lineOf(missing.headers.get('x-request-id'))).to.include({ route: 'none', status: 404 })
    const rejected = await post(app, {}, undefined, '/v1/decisions')
    expect(await lineOf(rejected.headers.get('x-request-id'))).to.include({
      route: '/v1/decisions',
      status: 400,
    })
    const page = await fetch(`${app.url}/docs`)
    expect(await lineOf(page.headers.get('x-request-id'))).to.include({ route: '/docs' })
    expect(JSON.stringify(app.lines)).to.not.include('hidden')
  })
})

describe('the access log, of an answer that is cut off because its time is over', () => {
  const large = new Map(Array.from({ length: 6000 }, (_, l) => [String(l), new Float32Array(1000)]))
  const app = useApp(
    { infer: () => Promise.resolve({ scores: large, resolved: new Map() }) },
    { timeoutMs: 200 },
  )

  it('names its route', async () => {
    const { socket, closed } = await connectRaw(app.port)
    socket.pause()
    const body = JSON.stringify(INFER)
    socket.write(inferHead(`Content-Length: ${body.length}`, 'X-Request-Id: cut') + body)
    while (!app.lines.some(({ id }) => id === 'cut')) await sleep(5)
    expect(app.lines.find(({ id }) => id === 'cut')).to.include({ route: '/infer', status: 499 })
    socket.destroy()
    await closed
  })
})

describe('AccessLog', () => {
  const entry = { id: 'x', method: 'GET', route: '/health', status: 200, ms: 1.5 }

  it('writes what it holds when it is told to, in the order in which it came', () => {
    const stream = new PassThrough()
    const log = new AccessLog(stream, { isText: false })
    for (const id of ['a', 'b']) log.write({ ...entry, id, trace: new RequestTrace() })
    expect(stream.read()).to.equal(null)
    log.flush()
    const lines = String(stream.read()).trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).to.deep.equal(['a', 'b'])
  })

  it('writes as soon as there is much, and as text for a terminal', () => {
    const stream = new PassThrough()
    const log = new AccessLog(stream, { isText: true })
    for (let i = 0; i < 1000; i++) log.write({ ...entry, trace: new RequestTrace() })
    expect(String(stream.read())).to.match(
      /^\d\d:\d\d:\d\d info {2}request: id x, method GET, route \/health, status 200/,
    )
    log.flush()
  })
})
