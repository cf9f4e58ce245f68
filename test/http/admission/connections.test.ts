import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'chai'

import { INFER, useApp } from '../runningApp.js'
import { connectRaw, inferHead } from '../rawClient.js'

const body = JSON.stringify(INFER)

/** The body of the one answer in a text, as JSON. */
function errorIn(text: string): { code: string; detail: string } {
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as { code: string; detail: string }
}

describe('a server at the limits of its connections', () => {
  const app = useApp(
    {},
    {
      timeoutMs: 20_000,
      headers: 10,
      headerBytes: 4096,
      connections: 3,
      headerTimeoutMs: 400,
      bodyTimeoutMs: 800,
    },
  )

  it('answers 413 to what is announced as too large before any of it is sent (fault 8)', async () => {
    const client = await connectRaw(app.port)
    client.socket.write(inferHead(`Content-Length: ${200 * 2 ** 20}`))
    const text = await client.until(/sets the limit/)
    expect(text).to.match(/^HTTP\/1\.1 413 /)
    expect(text).to.match(/^Connection: close$/im)
    expect(text).to.include('LLIMIT_MAX_BODY_MB')
    await client.closed
  })

  it('sends no 100 to who announces too much, and one to who does not (fault 8)', async () => {
    const tooMuch = await connectRaw(app.port)
    tooMuch.socket.write(inferHead('Content-Length: 1000000000', 'Expect: 100-continue'))
    expect(await tooMuch.until(/sets the limit/)).to.match(/^HTTP\/1\.1 413 /)
    await tooMuch.closed
    const fine = await connectRaw(app.port)
    fine.socket.write(inferHead(`Content-Length: ${body.length}`, 'Expect: 100-continue'))
    expect(await fine.until(/\r\n\r\n/)).to.match(/^HTTP\/1\.1 100 Continue\r\n/)
    fine.socket.write(body)
    expect(await fine.until(/"scores"/)).to.include('HTTP/1.1 200 OK')
    fine.socket.destroy()
    const old = await connectRaw(app.port)
    old.socket.write(
      inferHead(`Content-Length: ${body.length}`, 'Expect: 100-continue').replace('/1.1', '/1.0'),
    )
    old.socket.write(body)
    expect(await old.until(/"scores"/)).to.match(/^HTTP\/1\.1 200 OK\r\n/)
    await old.closed
  })

  it('sends no 100 for a route that reads no body', async () => {
    const client = await connectRaw(app.port)
    client.socket.write(
      'PUT /health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n',
    )
    expect(await client.until(/METHOD_NOT_ALLOWED/)).to.match(/^HTTP\/1\.1 405 /)
    client.socket.destroy()
  })

  it('answers 417 to another expectation', async () => {
    const client = await connectRaw(app.port)
    client.socket.write(inferHead(`Content-Length: ${body.length}`, 'Expect: 200-ok') + body)
    const text = await client.until(/}$/)
    expect(text).to.match(/^HTTP\/1\.1 417 Expectation Failed\r\n/)
    expect(errorIn(text).code).to.equal('EXPECTATION_FAILED')
    client.socket.destroy()
  })

  it('lets a client that sends too much see why', async () => {
    const client = await connectRaw(app.port)
    client.socket.write(inferHead('Transfer-Encoding: chunked'))
    const chunk = `${(8000).toString(16)}\r\n${' '.repeat(8000)}\r\n`
    for (let i = 0; i < 200; i++) client.socket.write(chunk)
    await client.closed
    expect(client.received()).to.match(/^HTTP\/1\.1 413 /)
    expect(errorIn(client.received()).detail).to.include('at most 10000 bytes, got at least')
  })

  it('answers 431 to more header fields than the limit, and to longer ones', async () => {
    const many = Array.from({ length: 12 }, (_, i) => `X-${i}: 1`)
    for (const [lines, variable] of [
      [many, 'LLIMIT_MAX_HEADERS'],
      [[`X: ${'a'.repeat(5000)}`], 'LLIMIT_MAX_HEADER_KB'],
    ] as const) {
      const client = await connectRaw(app.port)
      client.socket.write(inferHead(...lines, `Content-Length: ${body.length}`) + body)
      const text = await client.until(/sets the limit/)
      expect(text).to.match(/^HTTP\/1\.1 431 /)
      expect(errorIn(text).code).to.equal('TOO_LARGE')
      expect(text).to.include(variable)
      await client.closed
    }
  })

  it('answers 408 to a head, and to a body, that does not arrive in time (fault 7)', async () => {
    const starts = [
      ['POST /infer HTTP/1.1\r\nHos', 'LLIMIT_HEADER_TIMEOUT_S'],
      [`${inferHead('Content-Length: 100')}{"mod`, 'LLIMIT_BODY_TIMEOUT_S'],
    ] as const
    for (const [start, variable] of starts) {
      const client = await connectRaw(app.port)
      client.socket.write(start)
      const text = await client.until(/sets the limit/)
      expect(text).to.match(/^HTTP\/1\.1 408 Request Timeout\r\n/)
      expect(text).to.include(variable)
      await client.closed
    }
  })

  it('closes idle connections for new ones, and new ones when none is idle (fault 7)', async () => {
    const idle = await connectRaw(app.port)
    idle.socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await idle.until(/healthy/)
    const busy = await Promise.all([1, 2, 3].map(() => connectRaw(app.port)))
    for (const { socket } of busy) socket.write('GET /he')
    await idle.closed
    await sleep(20)
    const refused = await connectRaw(app.port)
    refused.socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
    await refused.closed
    expect(refused.received()).to.equal('')
    for (const { socket } of busy) socket.write('alth HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    for (const { closed, received } of busy) {
      await closed
      expect(received()).to.include('healthy')
    }
  })
})
