import { expect } from 'chai'

import { llmListSchema } from '../../src/http/llmSchemas.js'
import { inferResponseSchema } from '../../src/http/schemas.js'
import type { ErrorBody } from '../http/runningApp.js'
import { useShippedServer } from './shippedServer.js'

/** The shipped saved models over real HTTP, asked by the names that people use. */
describe('names over HTTP', () => {
  const server = useShippedServer()

  /** The request of LLimit v1's first API document, with the saved model that is shipped. */
  const REQUEST = {
    model: 'dense_network/default',
    models_to_score: ['gpt-3.5-turbo', 'gpt-4', 'claude-2'],
    prompts: ['What is Python?', 'Explain machine learning'],
    batch_size: 128,
  }
  const RESOLVED = { 'gpt-3.5-turbo': 'gpt-3.5-turbo-0125', 'gpt-4': 'gpt-4-0613' }

  const ask = (change: object) => server.post('/infer', { ...REQUEST, ...change })
  const answerTo = async (change: object) => inferResponseSchema.parse(await (await ask(change)).json())
  const rejectionOf = async (change: object) => {
    const response = await ask(change)
    expect(response.status).to.equal(400)
    return (await response.json()) as ErrorBody
  }

  it('answers the example of the first API document word for word', async () => {
    const { scores, resolved_names } = await answerTo({})
    expect(Object.keys(scores)).to.deep.equal(REQUEST.models_to_score)
    expect(resolved_names).to.deep.equal(RESOLVED)
    const exact = await answerTo({ models_to_score: ['gpt-3.5-turbo-0125', 'gpt-4-0613', 'claude-2'] })
    expect(exact).to.not.have.property('resolved_names')
    expect(Object.values(scores)).to.deep.equal(Object.values(exact.scores))
  })

  it('answers details by the names as asked', async () => {
    const { scores, details, resolved_names } = await answerTo({ details: true })
    expect(resolved_names).to.deep.equal(RESOLVED)
    expect(Object.keys(details ?? {})).to.deep.equal(REQUEST.models_to_score)
    const probabilities = Object.entries(details ?? {}).map(([llm, ofPrompts]) => [
      llm,
      ofPrompts.map(({ probability }) => probability),
    ])
    expect(Object.fromEntries(probabilities)).to.deep.equal(scores)
  })

  it('answers two names of one LLM, each by its own', async () => {
    const llms = ['gpt-4', 'openai/gpt-4', 'gpt-4-0613']
    const { scores, resolved_names } = await answerTo({ models_to_score: llms })
    expect(Object.keys(scores)).to.deep.equal(llms)
    expect(scores['openai/gpt-4']).to.deep.equal(scores['gpt-4-0613'])
    expect(resolved_names).to.deep.equal({ 'gpt-4': 'gpt-4-0613', 'openai/gpt-4': 'gpt-4-0613' })
  })

  it('rejects other names where they must be exact, with those that may be meant', async () => {
    const { code, detail, errors } = await rejectionOf({ exact_names: true })
    expect(code).to.equal('UNKNOWN_LLM')
    expect(detail).to.match(/: "gpt-3.5-turbo" \(nearest: gpt-3.5.*\), "gpt-4" \(nearest: gpt-4-0613, .*\)$/)
    expect(errors?.map(({ path }) => path)).to.deep.equal(['models_to_score[0]', 'models_to_score[1]'])
    expect(errors?.[1]?.message).to.include('nearest known names: gpt-4-0613,')
  })

  it('keeps converted checkpoints exact', async () => {
    const model = 'dense_network/llimit-reference'
    const { code, errors } = await rejectionOf({ model, models_to_score: ['gpt-4o'] })
    expect(code).to.equal('UNKNOWN_LLM')
    expect(errors?.[0]?.message).to.match(/nearest known names: gpt-4o-20/)
  })

  it('says that an LLM of a family that is not known is unknown', async () => {
    const { errors } = await rejectionOf({ models_to_score: ['gpt-4', 'gpt-9-mini', 'dall-e-3'] })
    expect(errors?.[0]?.message).to.match(/^models_to_score\[1\]: .*; nearest known names: gpt-/)
    expect(errors?.[1]?.message).to.match(/; no known name is close$/)
  })

  it('scores all LLMs for *, which GET /llms lists with their evidence', async () => {
    const { scores, ...rest } = await answerTo({ models_to_score: ['*'] })
    expect(rest).to.deep.equal({})
    const list = llmListSchema.parse(await (await server.get('/llms')).json())
    expect(list).to.include({ model: REQUEST.model })
    expect(Object.keys(scores)).to.deep.equal(list.llms.map(({ name }) => name))
    const { outcomes, maker, family } = list.llms.find(({ name }) => name === 'gpt-4-0613') ?? {}
    expect([maker, family]).to.deep.equal(['OpenAI', 'gpt'])
    expect(outcomes).to.be.greaterThan(100)
    const converted = await server.get('/llms?model=dense_network/llimit-reference')
    const { llms } = llmListSchema.parse(await converted.json())
    expect(new Set(llms.map((llm) => llm.outcomes))).to.deep.equal(new Set([null]))
  })
})
