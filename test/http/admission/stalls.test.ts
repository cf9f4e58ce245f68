import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'

import { expect } from 'chai'

import { readConfig } from '../../../src/config/config.js'
import { createApp } from '../../../src/http/app.js'
import { closeServer, startServer } from '../../../src/http/server.js'
import { createLogger } from '../../../src/log.js'
import { openService } from '../../../src/wiring.js'
import { DECISIONS } from '../runningApp.js'

const MIB = 2 ** 20
const MAX_STALL_MS = 50
/** Other work on the machine empties the caches of a processor: what is our own is there each time. */
const ATTEMPTS = 3

/** Sends a body in a thread of its own and reads the whole answer: what a client does is not what is measured. */
const CLIENT = `
const { parentPort } = require('node:worker_threads')
const { request } = require('node:http')
parentPort.on('message', ({ id, port, path, body, gzip }) => {
  const bytes = gzip ? require('node:zlib').gzipSync(body) : Buffer.from(body)
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length }
  if (gzip) headers['content-encoding'] = 'gzip'
  const sent = request({ port, path, method: 'POST', headers, host: '127.0.0.1' }, (res) => {
    res.resume()
    res.on('end', () => parentPort.postMessage({ id, status: res.statusCode }))
  })
  sent.on('error', () => parentPort.postMessage({ id, status: 0 }))
  sent.end(bytes)
})`

/** Milliseconds that the main thread has had of a processor: whatever else the machine does, it counts for nothing here. */
function processorMs(): number {
  const [ns = ''] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')
  return Number(ns) / 1e6
}

/** The longest time of a processor that one turn of the event loop takes while `work` goes on. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  let [longest, isDone] = [0, false]
  work.then(
    () => (isDone = true),
    () => (isDone = true),
  )
  let before = processorMs()
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve))
    const now = processorMs()
    longest = Math.max(longest, now - before)
    before = now
  }
  await work
  return longest
}

/** Counted up, so that the prompts of no two attempts are the same: vectors are remembered. */
let attempts = 0

const prompts = (text: string, count = 80, length = 200_000) =>
  Array.from({ length: count }, (_, i) =>
    `${attempts} ${i % 10} ${text.repeat(Math.ceil(length / text.length))}`.slice(0, length),
  )
const infer = (texts: string[], more: object = {}) =>
  JSON.stringify({ model: 'dense_network/default', models_to_score: ['*'], prompts: texts, ...more })
const ignored = (text: string) =>
  `{"ignored":${text},"model":"dense_network/default","models_to_score":[],"prompts":["x"]}`

const longNames = Array.from({ length: 1024 }, (_, i) => `${i} ${'gpt-4 '.repeat(1200)}`)

/** What takes a parser, a tokenizer or a writer longest. */
const REQUESTS: [
  name: string,
  make: () => { path?: string; body: string; gzip?: boolean },
  status: number,
][] = [
  ['brackets (fault 5)', () => ({ body: '['.repeat(16 * MIB) }), 413],
  ['packed brackets (fault 5)', () => ({ body: ignored('['.repeat(15 * MIB)), gzip: true }), 413],
  ['members (fault 5)', () => ({ body: ignored(`[${'1,'.repeat(7 * MIB)}1]`) }), 413],
  ['escapes', () => ({ body: ignored(`"${'\\n'.repeat(7 * MIB)}"`) }), 200],
  ['letters of two bytes', () => ({ body: ignored(`"${'é'.repeat(7 * MIB)}"`) }), 200],
  [
    'all keys',
    () => ({
      body: ignored(
        JSON.stringify(Object.fromEntries(Array.from({ length: 16_000 }, (_, i) => [`k${i}`, i]))),
      ),
    }),
    200,
  ],
  ['80 long prompts (fault 6)', () => ({ body: infer(prompts('lorem ipsum dolor, sit amet. ')) }), 200],
  ['long prompts without a space', () => ({ body: infer(prompts('한국어', 20)) }), 200],
  ['long prompts of emoji', () => ({ body: infer(prompts('😀', 20)) }), 200],
  [
    'long prompts, ranked',
    () => ({ path: '/rank', body: JSON.stringify({ prompts: prompts('lorem ipsum ', 8) }) }),
    200,
  ],
  [
    '2,048 prompts with details (fault 6)',
    () => ({ body: infer(Array<string>(2048).fill('x'), { details: true }) }),
    200,
  ],
  ['2,048 prompts', () => ({ body: infer(prompts('lorem ipsum ', 2048, 500)) }), 200],
  ['messages that are none', () => ({ path: '/rank', body: `{"messages":[${'1,'.repeat(15_000)}1]}` }), 413],
  [
    'outcomes that are none',
    () => ({
      path: '/rank',
      body: JSON.stringify({
        prompt: 'x',
        outcomes: Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`k${i}`, 'x'])),
      }),
    }),
    413,
  ],
  [
    'a budget for 2,048 prompts and all LLMs',
    () => ({
      path: '/rank',
      body: JSON.stringify({
        prompts: prompts('x', 2048, 10),
        objective: { type: 'budget', dollars: 1 },
        output_tokens: 100,
        top: 1,
      }),
    }),
    200,
  ],
  [
    '400 questions of a gateway',
    () => ({
      path: '/v1/decisions',
      body: JSON.stringify({
        model: 'any',
        input: 'What is 2+2?',
        questions: Array.from({ length: 400 }, (_, i) => ({
          type: 'predicate',
          instructions: `Will gpt-4o-${i} answer correctly?`,
        })),
      }),
    }),
    200,
  ],
  ['long names of LLMs', () => ({ body: infer(['x'], { models_to_score: longNames }) }), 400],
  [
    'long names of candidates',
    () => ({ path: '/rank', body: JSON.stringify({ prompt: 'x', candidates: longNames }) }),
    400,
  ],
  [
    'long names of outcomes',
    () => ({
      path: '/rank',
      body: JSON.stringify({ prompt: 'x', outcomes: Object.fromEntries(longNames.map((name) => [name, 1])) }),
    }),
    400,
  ],
  ['a long name of a model', () => ({ body: infer(['x'], { model: 'x'.repeat(15 * MIB) }) }), 400],
  ['a long size of a batch', () => ({ body: infer(['x'], { batch_size: '1'.repeat(15 * MIB) }) }), 400],
  [
    'a long description of what is true',
    () => ({
      path: '/v1/systemone',
      body: JSON.stringify({
        model: 'any',
        state: 'What is 2+2?',
        questions: { 'gpt-4': { type: 'noul', criteria: { true: 'fai l '.repeat(2 * MIB) } } },
      }),
    }),
    422,
  ],
  [
    'long instructions',
    () => ({
      path: '/v1/systemone',
      body: JSON.stringify({
        model: 'any',
        state: 'What is 2+2?',
        questions: { 'gpt-4': { type: 'noul', instructions: ' x'.repeat(7 * MIB) } },
      }),
    }),
    422,
  ],
]

// Only Linux says what one thread has had.
const describeOnLinux = process.platform === 'linux' ? describe : describe.skip

describeOnLinux('a request of 16 MB or less', () => {
  let [port, stop] = [0, (): Promise<unknown> => Promise.resolve()]
  let id = 0
  const client = new Worker(CLIENT, { eval: true })

  before(async () => {
    const config = readConfig({}, {})
    const log = createLogger('error')
    const service = await openService(config, log)
    const own = {
      service: service.selection,
      limits: config.limits,
      decisions: { ...DECISIONS, timeoutMs: 60_000 },
    }
    const app = createApp({ ...own, defaultModel: config.defaultModel, version: '1', log })
    const server = await startServer(app, '127.0.0.1', 0, config.limits)
    port = (server.address() as AddressInfo).port
    stop = async () => {
      await closeServer(server, 1000)
      await Promise.all([service.close(), client.terminate()])
    }
    await send('/infer', infer(prompts('warm up ', 200, 300)))
    await send('/rank', JSON.stringify({ prompts: prompts('warm up ', 20, 300) }))
  })
  after(() => stop())

  async function send(path: string, body: string, gzip = false): Promise<number> {
    const own = id++
    client.postMessage({ id: own, port, path, body, gzip })
    for (;;) {
      // A connection that is closed after its answer is told of once more.
      const [answer] = (await once(client, 'message')) as [{ id: number; status: number }]
      if (answer.id === own) return answer.status
    }
  }

  for (const [name, make, status] of REQUESTS) {
    it(`does not stall the event loop: ${name}`, async () => {
      const stalls: number[] = []
      while (stalls.length < ATTEMPTS && !stalls.some((ms) => ms < MAX_STALL_MS)) {
        attempts++
        const { path = '/infer', body, gzip = false } = make()
        const answered = send(path, body, gzip)
        // The copy of the body for the thread is the test's own work.
        await new Promise((resolve) => setImmediate(resolve))
        stalls.push(await longestTurn(answered))
        expect(await answered).to.equal(status)
      }
      expect(Math.min(...stalls)).to.be.lessThan(MAX_STALL_MS)
    })
  }
})
