import { readFileSync } from 'node:fs'
import path from 'node:path'

import { expect } from 'chai'

import { LlimitError, answerOf, createClient } from '#client'
import type { LlimitClient, Schemas } from '#client'
import { clientTypes } from '../../scripts/client/types.js'
import { LLimitError } from '../../src/errors.js'
import { rankResponse } from '../../src/http/openapi/rankExamples.js'
import { LIMITS, useApp } from '../http/runningApp.js'
import { rejection } from '../rejection.js'
import { repositoryRoot } from '../repository.js'

const read = (file: string) => readFileSync(path.join(repositoryRoot, file), 'utf8')

const INFER: Schemas['InferRequest'] = {
  model: 'dense_network/default',
  models_to_score: ['gpt-4o', 'gpt-4o-mini'],
  prompts: ['What is Python?'],
}

describe('client', () => {
  const app = useApp({
    describeModel: () => Promise.reject(new LLimitError('OVERLOADED', 'busy', { retryAfterSeconds: 7 })),
  })
  let client: LlimitClient
  before(() => {
    client = createClient({ baseUrl: app.url })
  })

  it('has the types of the document', async () => {
    const expected = await clientTypes()
    expect(
      read('client/schema.d.ts') === expected,
      'run "npm run client" and commit what it writes',
    ).to.equal(true)
  })

  it('has the version, the license and the Node of the server', () => {
    const [own, server] = ['client/package.json', 'package.json'].map(
      (file) => JSON.parse(read(file)) as Record<string, unknown>,
    )
    for (const field of ['version', 'license', 'engines']) expect(own?.[field]).to.deep.equal(server?.[field])
    const dependencies = own?.['dependencies'] as Record<string, string>
    expect(server?.['devDependencies']).to.deep.include(dependencies)
  })

  it('asks with the types of the route, and answers with them', async () => {
    const body: Schemas['RankRequest'] = {
      prompt: 'What is Python?',
      candidates: ['gpt-4o', { name: 'gpt-4o-mini', input_price: 0.15, output_price: 0.6 }],
      objective: { type: 'value', dollars: 0.01 },
    }
    const { prompts, model } = await answerOf(client.POST('/rank', { body }))
    // The compiler holds the fields to their types.
    const choices: (string | null)[] = prompts.map(({ choice }) => choice)
    expect({ choices, model }).to.deep.equal({
      choices: rankResponse.prompts.map(({ choice }) => choice),
      model: rankResponse.model,
    })
    const { models } = await answerOf(client.GET('/models'))
    expect(models[0]?.model).to.equal('dense_network/default')
  })

  it('takes a request without the fields that have defaults', async () => {
    const { scores } = await answerOf(client.POST('/infer', { body: INFER }))
    expect(Object.keys(scores)).to.deep.equal(INFER.models_to_score)
  })

  it('throws what an error says', async () => {
    const prompts = Array.from({ length: LIMITS.prompts + 1 }, String)
    const thrown = await rejection(answerOf(client.POST('/infer', { body: { ...INFER, prompts } })))
    expect(thrown).to.be.an.instanceOf(LlimitError)
    expect(thrown).to.include({ name: 'LlimitError', status: 413, code: 'TOO_LARGE' })
    expect(thrown).to.have.property('retryAfterSeconds', undefined)
    expect(thrown).to.have.nested.property('errors[0].path', 'prompts')
    expect(thrown).to.have.property('message').that.includes('expected at most 5 prompts')
  })

  it('says when to try again, and answers errors as they are to whoever calls without it', async () => {
    const params = { path: { type: 'dense_network', name: 'default' } }
    const thrown = await rejection(answerOf(client.GET('/models/{type}/{name}', { params })))
    expect(thrown).to.include({ status: 429, code: 'OVERLOADED', retryAfterSeconds: 7 })
    const { data, error } = await client.GET('/models/{type}/{name}', { params })
    expect(data).to.equal(undefined)
    expect(error).to.deep.equal({ detail: 'busy', code: 'OVERLOADED' })
  })
})
