import { expect } from 'chai'

import { rankAnswer } from '../../../src/http/openapi/rankExamples.js'
import { rankResponseSchema } from '../../../src/http/rankSchemas.js'
import type { RankRequest } from '../../../src/selection/ranking.js'
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
