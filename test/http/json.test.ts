import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'

import { expect } from 'chai'
import express from 'express'

import { LLimitError } from '../../src/errors.js'
import { handleErrors } from '../../src/http/errors.js'
import { sendJsonPieces, sendJsonText } from '../../src/http/json.js'
import { inferResponseSchema } from '../../src/http/schemas.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import type { Scores } from '../../src/selection/requests.js'
import { INFER, fakeService, post, useApp } from './runningApp.js'
import { connectRaw, inferHead } from './rawClient.js'

const LLMS = Array.from({ length: 130 }, (_, i) => `llm-${i}`)
const LARGE = { ...INFER, models_to_score: LLMS, prompts: Array<string>(2048).fill('x'), details: true }

/** What `POST /infer` answers, by one call of JSON.stringify. */
async function expected(details: boolean): Promise<string> {
  const request = { model: '', llms: LLMS, prompts: LARGE.prompts, batchSize: 1 }
  if (!details) {
    const { scores } = await fakeService.infer(request)
    return JSON.stringify({ scores: plain(scores) })
  }
  const { scores, details: ofLlms, prompts } = await fakeService.inferWithDetails(request)
  return JSON.stringify({ scores: plain(scores), details: Object.fromEntries(ofLlms), prompts })
}

const plain = (scores: Scores) =>
  Object.fromEntries(Array.from(scores, ([llm, values]) => [llm, Array.from(values)]))

describe('a large answer', () => {
  const sizes = { prompts: 2048, llms: 130, bodyBytes: 100_000, timeoutMs: 60_000 }
  const app = useApp({}, sizes, {}, { corsOrigins: ['https://a.example'] })

  it('comes in pieces, and is what it would be in one (fault 6)', async () => {
    for (const details of [true, false]) {
      const response = await post(
        app,
        { ...LARGE, details },
        { 'content-type': 'application/json', 'accept-encoding': 'identity' },
      )
      expect(response.headers.get('transfer-encoding')).to.equal('chunked')
      expect(response.headers.get('content-encoding')).to.equal(null)
      expect((await response.text()) === (await expected(details))).to.equal(true)
    }
  })

  it('is compressed for a client that takes it so, and says on what that depends (fault 6)', async () => {
    const client = await connectRaw(app.port)
    const body = JSON.stringify(LARGE)
    const lines = [`Content-Length: ${body.length}`, 'Accept-Encoding: br, gzip;q=0.8', 'Connection: close']
    client.socket.write(inferHead(...lines) + body)
    await client.closed
    const text = client.received()
    expect(text)
      .to.match(/^Content-Encoding: gzip\r$/m)
      .and.match(/^Vary: Origin, Accept-Encoding\r$/m)
    let rest = Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1')
    const chunks: Buffer[] = []
    for (;;) {
      const head = rest.indexOf('\r\n')
      const length = parseInt(rest.toString('latin1', 0, head), 16)
      if (length === 0) break
      chunks.push(rest.subarray(head + 2, head + 2 + length))
      rest = rest.subarray(head + length + 4)
    }
    const whole = Buffer.concat(chunks)
    const unpacked = gunzipSync(whole).toString()
    expect(whole.length).to.be.lessThan(unpacked.length / 10)
    expect(unpacked === (await expected(true))).to.equal(true)
  })

  it('is for small ones what it was: one piece with its length, never compressed', async () => {
    const response = await post(app, { ...INFER, details: true })
    expect(Number(response.headers.get('content-length'))).to.be.greaterThan(10)
    expect(response.headers.get('content-encoding')).to.equal(null)
    inferResponseSchema.parse(await response.json())
  })
})

describe('an answer of few characters', () => {
  it('is UTF-8, whether its characters are ASCII, Latin-1 or any others', async () => {
    const texts = ['"plain"', '"Zoë"', '"東京 🙂"']
    const app = express()
    app.get('/:index', (req, res) => sendJsonText(res, texts[Number(req.params.index)] ?? ''))
    const server = await startServer(app, '127.0.0.1', 0)
    const { port } = server.address() as AddressInfo
    for (const [index, text] of texts.entries()) {
      const response = await fetch(`http://127.0.0.1:${port}/${index}`)
      const bytes = Buffer.from(await response.arrayBuffer())
      expect(bytes.equals(Buffer.from(text, 'utf8'))).to.equal(true)
      expect(response.headers.get('content-length')).to.equal(String(bytes.length))
    }
    await closeServer(server, 1000)
  })
})

describe('an answer whose time is over before any of it is out', () => {
  it('is the error, since compression held it back', async () => {
    const app = express()
    app.get('/', async (_req, res) => {
      const controller = new AbortController()
      const abort = () => controller.abort(new LLimitError('DEADLINE_EXCEEDED', 'Too late'))
      const pieces = function* () {
        // When the first piece is being compressed.
        process.nextTick(abort)
        yield 'x'.repeat(70_000)
        yield 'y'
      }
      await sendJsonPieces(res, pieces(), controller.signal)
    })
    app.use(handleErrors(createLogger('error', { silent: true })))
    const server = await startServer(app, '127.0.0.1', 0)
    const { port } = server.address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/`)
    expect(response.status).to.equal(504)
    expect(response.headers.get('content-encoding')).to.equal(null)
    expect(await response.json()).to.deep.equal({ detail: 'Too late', code: 'DEADLINE_EXCEEDED' })
    await closeServer(server, 1000)
  })
})

describe('an answer that nobody reads', () => {
  const app = useApp(
    {},
    { prompts: 2048, llms: 130, bodyBytes: 100_000, timeoutMs: 60_000, writeTimeoutMs: 300 },
  )

  it('is cut when it does not move, and takes no memory meanwhile (fault 7)', async () => {
    const body = JSON.stringify(LARGE)
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectRaw(app.port)))
    for (const { socket } of clients) {
      socket.pause()
      socket.write(inferHead(`Content-Length: ${body.length}`) + body)
    }
    // What other tests have left is collected at any time.
    const before = process.memoryUsage().external
    const open = () =>
      new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)))
    let held = 0
    while ((await open()) > 0) {
      held = Math.max(held, process.memoryUsage().external)
      await sleep(20)
    }
    // Ten answers of 31 MB; what is in flight of each is a piece.
    expect(held - before).to.be.lessThan(100e6)
    for (const { socket } of clients) socket.destroy()
  })

  it('is answered as long as somebody reads, however slowly', async () => {
    const body = JSON.stringify({ ...LARGE, models_to_score: LLMS.slice(0, 20) })
    const client = await connectRaw(app.port)
    const lines = [`Content-Length: ${body.length}`, 'Connection: close', 'Accept-Encoding: identity']
    client.socket.write(inferHead(...lines) + body)
    const reading = setInterval(() => {
      client.socket.resume()
      setImmediate(() => client.socket.pause())
    }, 20)
    await client.closed
    clearInterval(reading)
    expect(client.received().endsWith('\r\n0\r\n\r\n')).to.equal(true)
  })
})
