import { expect } from 'chai'

import { Endpoint } from '../../../src/collect/endpoint/endpoint.js'
import { LLimitError } from '../../../src/errors.js'
import { rejection } from '../../rejection.js'
import { body, completion, hang, reset, StandIn, status, torn, truncated } from '../standIn.js'
import type { Fault } from '../standIn.js'

const KEY = 'sk-not-to-be-seen'

describe('Endpoint', () => {
  let standIn: StandIn
  let pauses: number[]
  let controller: AbortController

  beforeEach(async () => {
    standIn = new StandIn({ echo: (prompt) => prompt })
    await standIn.listen()
    pauses = []
    controller = new AbortController()
  })
  afterEach(() => standIn.close())

  const open = (options: Partial<ConstructorParameters<typeof Endpoint>[0]> = {}) =>
    new Endpoint({
      base: standIn.url,
      key: undefined,
      concurrency: 2,
      timeoutMs: 60_000,
      retries: 3,
      firstDelayMs: 1,
      signal: controller.signal,
      onPause: (seconds) => pauses.push(seconds),
      ...options,
    })
  const ask = (endpoint: Endpoint, prompt = 'one two', llm = 'echo') =>
    endpoint.complete({ llm, messages: [{ role: 'user', content: prompt }], parameters: { temperature: 0 } })

  it('asks as the API of OpenAI is asked, and reads text and tokens', async () => {
    const answer = await ask(open({ key: { variable: 'KEY', value: KEY } }))
    expect(answer).to.deep.equal({ text: 'one two', isCut: false, inputTokens: 2, outputTokens: 2 })
    expect(standIn.requests).to.deep.equal([
      { model: 'echo', messages: [{ role: 'user', content: 'one two' }], temperature: 0 },
    ])
    expect(standIn.keys).to.deep.equal([`Bearer ${KEY}`])
    await ask(open())
    expect(standIn.keys[1]).to.equal(undefined)
  })

  const passing: [string, Fault][] = [
    ['status 429', status(429, { 'retry-after': '0' })],
    ['status 500', status(500)],
    ['status 503 that is no JSON', (response) => response.writeHead(503).end('<h1>busy</h1>')],
    ['JSON that is cut off', truncated],
    ['a connection that is reset', reset],
    ['a connection that ends in the middle', torn],
    ['an answer without a choice', body({ choices: [] })],
    ['an error with status 200', body({ error: { message: 'upstream is busy', code: 502 } })],
  ]
  for (const [name, fault] of passing) {
    it(`tries again after ${name}`, async () => {
      standIn.faults = [fault, fault]
      expect((await ask(open())).text).to.equal('one two')
      expect(standIn.requests).to.have.length(3)
    })

    it(`says so if there is always ${name}`, async () => {
      standIn.faults = Array.from({ length: 9 }, () => fault)
      const error = await rejection(ask(open()))
      expect(error).to.be.instanceOf(LLimitError).and.to.include({ code: 'ENDPOINT_BUSY' })
      expect(error).to.have.property('message').that.includes('echo: ')
      expect(standIn.requests).to.have.length(4)
    })
  }

  it('tries again what hangs, after the time that a request may take', async () => {
    standIn.faults = [hang]
    expect((await ask(open({ timeoutMs: 300 }))).text).to.equal('one two')
    standIn.faults = [hang, hang]
    const error = await rejection(ask(open({ timeoutMs: 100, retries: 1 })))
    expect(error).to.have.property('message', `echo: ${standIn.url} gives no answer within 0.1 s`)
  })

  it('has all requests wait as long as one is asked to', async () => {
    standIn.faults = [status(429, { 'retry-after': '0.2' })]
    const endpoint = open({ concurrency: 1 })
    const started = performance.now()
    await Promise.all([ask(endpoint), ask(endpoint)])
    expect(performance.now() - started).to.be.at.least(199)
    expect(pauses).to.deep.equal([0.2])
  })

  const final: [string, Fault, string, RegExp][] = [
    [
      'key',
      status(401, {}, { error: { message: 'no key' } }),
      'ENDPOINT_UNUSABLE',
      /401: no key; .*--key-variable/,
    ],
    [
      'LLM',
      status(404, {}, { error: 'no such model' }),
      'ENDPOINT_UNUSABLE',
      /404: no such model; "echo" is not an LLM there.*\/v1/,
    ],
    ['credit', status(402), 'ENDPOINT_UNUSABLE', /402: fault 402; add credit/],
    [
      'quota',
      status(429, {}, { error: { message: 'quota', code: 'insufficient_quota' } }),
      'ENDPOINT_UNUSABLE',
      /429: quota; add credit/,
    ],
    ['day', status(429, { 'retry-after': '7200' }), 'ENDPOINT_UNUSABLE', /asks to wait 2\.0 hours/],
    [
      'address',
      status(308, { location: 'https://elsewhere/v1' }),
      'ENDPOINT_UNUSABLE',
      /redirects to https:\/\/elsewhere/,
    ],
    ['page', body('<!doctype html>'), 'ENDPOINT_UNUSABLE', /answers with a page.*\/v1/],
    [
      'prompt',
      status(400, {}, { detail: 'too long' }),
      'ENDPOINT_REJECTED',
      /^echo: .* answers 400: too long$/,
    ],
  ]
  for (const [name, fault, code, message] of final)
    it(`does not try again what is wrong with the ${name}`, async () => {
      standIn.faults = [fault]
      const error = await rejection(ask(open()))
      expect(error).to.be.instanceOf(LLimitError).and.to.include({ code })
      expect(error).to.have.property('message').that.matches(message)
      expect(standIn.requests).to.have.length(1)
    })

  it('says which LLMs are there if one is not', async () => {
    const messageFor = async (llm: string) => ((await rejection(ask(open(), 'x', llm))) as Error).message
    expect(await messageFor('eco')).to.match(/"eco" is not an LLM there.*; it has echo$/)
    standIn.hasList = false
    expect(await messageFor('eco')).to.match(/usually ends in \/v1$/)
    await standIn.close()
    const many = Array.from({ length: 20 }, (_, i) => [`gpt-${i}`, () => ''])
    standIn = new StandIn(Object.fromEntries(many) as Record<string, () => string>)
    await standIn.listen()
    expect(await messageFor('gpt-77')).to.match(/; it has 20 others, of which gpt-7 is the nearest name$/)
  })

  it('never shows a key that the endpoint repeats', async () => {
    for (const code of [401, 429]) {
      standIn.faults = [status(code, { 'retry-after': '0' }, { error: { message: `bad key ${KEY}` } })]
      const error = await rejection(ask(open({ key: { variable: 'MY_KEY', value: KEY }, retries: 0 })))
      expect(error).to.have.property('message').that.includes('bad key ***').and.does.not.include(KEY)
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).to.not.include(KEY)
    }
  })

  it('says that nobody is at the address, at once', async () => {
    await standIn.close()
    const error = await rejection(ask(open()))
    expect(error).to.include({ code: 'ENDPOINT_UNUSABLE' })
    expect(error)
      .to.have.property('message')
      .that.matches(/cannot be reached \(ECONNREFUSED\); check --endpoint/)
    standIn = new StandIn({})
    await standIn.listen()
  })

  it('has no more requests open than it may', async () => {
    const endpoint = open({ concurrency: 3 })
    standIn.delayMs = 20
    await Promise.all(Array.from({ length: 20 }, (_, i) => ask(endpoint, `prompt ${i}`)))
    expect(standIn.peak).to.be.within(2, 3)
  })

  it('stops waiting when the run is stopped, with its reason', async () => {
    standIn.faults = [status(503, { 'retry-after': '600' })]
    const asked = rejection(ask(open()))
    while (pauses.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort(new Error('stopped'))
    expect(await asked).to.be.instanceOf(Error)
    expect(standIn.requests).to.have.length(1)
  })

  it('keeps the answer to what was under way when the run was stopped', async () => {
    standIn.delayMs = 50
    const asked = ask(open())
    while (standIn.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    controller.abort(new Error('stopped'))
    expect((await asked).text).to.equal('one two')
  })

  it('reads the forms of answers that servers give', async () => {
    const message = {
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    }
    standIn.faults = [
      body({ choices: [{ message }] }),
      body({ choices: [{ finish_reason: 'length', message: { content: null } }], usage: null }),
      body(completion('x', 'y', 'length')),
    ]
    const endpoint = open()
    const none = { inputTokens: undefined, outputTokens: undefined }
    expect(await ask(endpoint)).to.deep.equal({ text: 'ab', isCut: false, ...none })
    expect(await ask(endpoint)).to.deep.equal({ text: '', isCut: true, ...none })
    expect(await ask(endpoint)).to.deep.equal({ text: 'x', isCut: true, inputTokens: 1, outputTokens: 1 })
  })
})
