import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'chai'

import { rankAnswer } from '../../../src/http/openapi/rankExamples.js'
import { rankResponseSchema } from '../../../src/http/rankSchemas.js'
import type { RankRequest } from '../../../src/selection/ranking.js'
import { connectRaw } from '../rawClient.js'
import { errorOf, post, useApp } from '../runningApp.js'

describe('POST /rank', () => {
  let seen: RankRequest | undefined
  const named = {
    ...rankAnswer,
    resolved: new Map([['openai/a', 'a']]),
    unknown: ['x'],
    suggestions: new Map([['x', ['a']]]),
  }
  const app = useApp({
    rank: (request) => {
      seen = request
      return Promise.resolve({ ...named, prompts: request.prompts.flatMap(() => rankAnswer.prompts) })
    },
  })
  const rank = (body: unknown) => post(app, body, undefined, '/rank')

  it('hands the validated request to the service, with the default model', async () => {
    const response = await rank({ prompt: 'x', objective: { type: 'dial', position: 3 } })
    expect(response.status).to.equal(200)
    expect(response.headers.get('content-type')).to.equal('application/json')
    expect(seen?.model).to.equal('dense_network/default')
    expect(seen?.objective).to.deep.equal({ type: 'dial', position: 3 })
    expect(seen).to.not.have.property('read')
  })

  it('answers as its schema says, for each prompt', async () => {
    const body: unknown = await (await rank({ prompts: ['x', 'y', 'z'] })).json()
    const { prompts, read, model } = rankResponseSchema.parse(body)
    expect(rankResponseSchema.parse(body)).to.deep.equal(body)
    expect([prompts.length, read, model]).to.deep.equal([3, 'prompts', rankAnswer.model])
  })

  it('answers names by the names as asked', async () => {
    const { resolved_names, unknown, suggestions } = (await (await rank({ prompt: 'x' })).json()) as Record<
      string,
      object
    >
    expect(Object.entries(resolved_names ?? {})).to.deep.equal([['openai/a', 'a']])
    expect([unknown, suggestions]).to.deep.equal([['x'], { x: ['a'] }])
  })

  it('names a field that is wrong', async () => {
    const response = await rank({ prompt: 5 })
    expect(response.status).to.equal(400)
    expect(await errorOf(response)).to.deep.equal({
      detail: 'Invalid request: prompt: expected a string, got 5',
      code: 'INVALID_REQUEST',
      errors: [{ path: 'prompt', message: 'prompt: expected a string, got 5' }],
    })
  })
})

describe('POST /rank whose answer nobody reads', () => {
  const PROMPTS = 10_000
  // Far more in all than the kernel holds for a connection.
  const answers = rankAnswer.prompts.map((prompt) => ({ ...prompt, reason: 'x'.repeat(10_000) }))
  let decided = 0
  const app = useApp(
    {
      rank: () => {
        const prompts = {
          *[Symbol.iterator]() {
            for (decided = 0; decided < PROMPTS; decided++) yield* answers
          },
        }
        return Promise.resolve({ ...rankAnswer, prompts })
      },
    },
    { prompts: PROMPTS, bodyBytes: 100_000, timeoutMs: 60_000, writeTimeoutMs: 300 },
  )

  it('decides for as many prompts as a connection holds, not for all', async () => {
    const body = JSON.stringify({ prompts: Array.from({ length: PROMPTS }, () => 'x') })
    const { socket } = await connectRaw(app.port)
    socket.pause()
    const head = ['POST /rank HTTP/1.1', 'Host: x', 'Content-Type: application/json']
    socket.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'))
    const open = () =>
      new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)))
    while ((await open()) > 0) await sleep(20)
    expect(decided).to.be.greaterThan(10).and.lessThan(PROMPTS)
    socket.destroy()
  })
})
