import { once } from 'node:events'

import { expect } from 'chai'

import { inferResponseSchema } from '../../../src/http/schemas.js'
import type { InferRequest, NamedScores } from '../../../src/selection/requests.js'
import { INFER, errorOf, fakeService, post, useApp } from '../runningApp.js'

describe('POST /infer', () => {
  let seen: InferRequest | undefined
  const app = useApp({
    infer: (request) => {
      seen = request
      return fakeService.infer(request)
    },
  })

  it('answers scores for each LLM, as float32 widened to float64', async () => {
    const response = await post(app, INFER)
    expect(response.status).to.equal(200)
    expect(response.headers.get('content-type')).to.equal('application/json')
    const text = await response.text()
    expect(text).to.equal('{"scores":{"a":[0,0.10000000149011612],"b":[1,1.100000023841858]}}')
    expect(inferResponseSchema.parse(JSON.parse(text))).to.deep.equal(JSON.parse(text))
  })

  it('hands the validated request to the service', async () => {
    await post(app, { ...INFER, batch_size: '64' })
    expect(seen).to.deep.equal({
      model: 'dense_network/default',
      llms: ['a', 'b'],
      resolveNames: true,
      prompts: ['one', 'two'],
      batchSize: 64,
    })
    await post(app, INFER)
    expect(seen?.batchSize).to.equal(128)
  })

  it('answers as without the field where details are not wanted', async () => {
    const text = await (await post(app, INFER)).text()
    expect(await (await post(app, { ...INFER, details: false })).text()).to.equal(text)
  })

  it('adds details and prompts where they are wanted, also for names that JavaScript knows', async () => {
    const names = ['__proto__', '7', 'a"b']
    const body = { ...INFER, models_to_score: names, prompts: ['one'], details: true }
    const response = await post(app, body)
    expect(response.headers.get('content-type')).to.equal('application/json')
    const detail =
      '[{"probability":0.5,"low":0.25,"high":0.75,"evidence":3,"judged_on_this_kind":false,"standard_error":0.4}]'
    const text = await response.text()
    expect(text).to.equal(
      '{"scores":{"7":[0.5],"__proto__":[0.5],"a\\"b":[0.5]},' +
        `"details":{"__proto__":${detail},"7":${detail},"a\\"b":${detail}},` +
        '"prompts":[{"tokens":3,"truncated":false,"familiarity":null,"category":null}]}',
    )
    expect(() => inferResponseSchema.parse(JSON.parse(text))).to.not.throw()
    const none = await post(app, { ...body, models_to_score: [] })
    expect(await none.json()).to.deep.include({ scores: {}, details: {} })
  })

  it('answers no LLMs with no scores, and one that is named twice once', async () => {
    expect(await (await post(app, { ...INFER, models_to_score: [] })).text()).to.equal('{"scores":{}}')
    const twice = await post(app, { ...INFER, models_to_score: ['a', 'a'], prompts: ['x'] })
    expect(await twice.text()).to.equal('{"scores":{"a":[1]}}')
  })

  it('rejects no prompts, also when there are no LLMs', async () => {
    const response = await post(app, { ...INFER, models_to_score: [], prompts: [] })
    expect(response.status).to.equal(400)
    expect(await errorOf(response)).to.deep.include({ code: 'INVALID_REQUEST' })
  })

  it('names the field of a prompt that is not text', async () => {
    const response = await post(app, '{"model":"a/b","models_to_score":["x"],"prompts":["ok","a\\ud800b"]}')
    expect(response.status).to.equal(400)
    const { errors } = await errorOf(response)
    expect(errors?.map(({ path }) => path)).to.deep.equal(['prompts[1]'])
  })

  it('says 413 for counts over the limit', async () => {
    const response = await post(app, { ...INFER, models_to_score: ['1', '2', '3', '4', '5'] })
    expect(response.status).to.equal(413)
    expect((await errorOf(response)).detail).to.include('models_to_score: expected at most 4 LLMs, got 5')
  })

  it('answers LLMs that are called like parts of an object', async () => {
    const names = ['__proto__', 'constructor', 'toString']
    const text = await (await post(app, { ...INFER, models_to_score: names, prompts: ['x'] })).text()
    expect(text).to.equal('{"scores":{"__proto__":[0],"constructor":[1],"toString":[2]}}')
  })

  it('takes __proto__ and constructor in a body as unknown fields', async () => {
    const body = '{"__proto__":{"polluted":1,"model":"x/y"},"constructor":{"prototype":{"polluted":1}}}'
    expect((await post(app, body)).status).to.equal(400)
    const request = JSON.stringify(INFER).replace('{', '{"__proto__":{"batch_size":7},')
    expect((await post(app, request)).status).to.equal(200)
    expect(seen?.batchSize).to.equal(128)
    expect({}).to.not.have.property('polluted')
  })
})

describe('POST /infer, names', () => {
  const resolved = new Map([
    ['a', 'a-2024'],
    ['__proto__', 'b'],
  ])
  let seen: boolean | undefined
  const app = useApp({
    infer: async (request) => {
      seen = request.resolveNames
      return { ...(await fakeService.infer(request)), resolved }
    },
    inferWithDetails: async (request) => ({ ...(await fakeService.inferWithDetails(request)), resolved }),
  })
  const RESOLVED = '"resolved_names":{"a":"a-2024","__proto__":"b"}'

  it('adds the names that were resolved, after everything else', async () => {
    const names = { ...INFER, models_to_score: ['a', '__proto__'], prompts: ['x'] }
    const text = await (await post(app, names)).text()
    expect(text).to.equal(`{"scores":{"a":[0],"__proto__":[1]},${RESOLVED}}`)
    const detailed = await (await post(app, { ...names, details: true })).text()
    expect(detailed)
      .to.match(/"category":null}\],"resolved_names":/)
      .and.include(RESOLVED)
    for (const answer of [text, detailed]) {
      expect(() => inferResponseSchema.parse(JSON.parse(answer))).to.not.throw()
    }
  })

  it('resolves unless names must be exact', async () => {
    await post(app, INFER)
    expect(seen).to.equal(true)
    await post(app, { ...INFER, exact_names: true })
    expect(seen).to.equal(false)
    const error = await errorOf(await post(app, { ...INFER, exact_names: 'yes' }))
    expect(error.errors?.[0]?.message).to.equal('exact_names: expected true or false, got "yes"')
  })
})

describe('POST /infer, large', () => {
  const app = useApp({}, { prompts: 2000, llms: 400, bodyBytes: 1_000_000, timeoutMs: 60_000 })

  it('answers a thousand prompts for three hundred LLMs', async () => {
    const llms = Array.from({ length: 300 }, (_, i) => `llm-${i}`)
    const response = await post(app, {
      ...INFER,
      models_to_score: llms,
      prompts: Array<string>(1024).fill('x'),
    })
    const { scores } = inferResponseSchema.parse(await response.json())
    expect(Object.keys(scores)).to.deep.equal(llms)
    expect(scores['llm-299']?.[1023]).to.equal(Math.fround(299 + 102.3))
  })
})

describe('POST /infer, abandoned', () => {
  let onCall: (signal: AbortSignal) => void
  let finish: (signal: AbortSignal) => Promise<NamedScores>
  const app = useApp({
    infer: async (_request, signal) => {
      if (signal === undefined) throw new Error('no signal')
      onCall(signal)
      await once(signal, 'abort')
      return finish(signal)
    },
  })

  /** Asks, leaves before the answer, and waits until the service has ended the work as `ending` says. */
  async function leave(ending: (signal: AbortSignal) => Promise<NamedScores>): Promise<void> {
    const client = new AbortController()
    const called = new Promise<AbortSignal>((resolve) => (onCall = resolve))
    finish = ending
    app.lines.length = 0
    const answer = fetch(`${app.url}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(INFER),
      signal: client.signal,
    }).catch((error: unknown) => (error as Error).name)
    const signal = await called
    expect(signal.aborted).to.equal(false)
    const aborted = once(signal, 'abort')
    client.abort()
    await aborted
    expect(await answer).to.equal('AbortError')
    // A whole exchange later, the end of the abandoned one was handled.
    expect((await fetch(`${app.url}/health`)).status).to.equal(200)
  }

  const loggedErrors = () => app.lines.filter(({ level }) => level === 'error')

  it('aborts the work, and logs no error', async () => {
    await leave((signal) => Promise.reject(signal.reason as Error))
    expect(loggedErrors()).to.deep.equal([])
  })

  it('drops scores that come too late', async () => {
    await leave(() => Promise.resolve({ scores: new Map(), resolved: new Map() }))
    expect(loggedErrors()).to.deep.equal([])
  })

  it('still logs a failure that is not the abort', async () => {
    await leave(() => Promise.reject(new Error('disk')))
    expect(loggedErrors()).to.have.length(1)
  })
})

describe('POST /infer, answered', () => {
  let signal: AbortSignal | undefined
  const app = useApp({
    infer: (request, given) => {
      signal = given
      return fakeService.infer(request)
    },
  })

  it('does not abort', async () => {
    await post(app, INFER, { 'content-type': 'application/json', connection: 'close' })
    await fetch(`${app.url}/health`)
    expect(signal?.aborted).to.equal(false)
  })
})
