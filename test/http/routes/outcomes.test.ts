import { expect } from 'chai'

import { LLimitError } from '../../../src/errors.js'
import { outcomesResponseSchema } from '../../../src/http/outcomeSchemas.js'
import { identityOfFeatures } from '../../../src/feedback/report.js'
import { modelDescription } from '../../../src/http/openapi/examples.js'
import { errorOf, fakeService, post, useApp } from '../runningApp.js'

const OUTCOME = { id: 'i', llm: 'a', score: 1, prompt: 'x' }

describe('POST /outcomes', () => {
  const app = useApp({
    observe: (request, signal) => {
      const unknown = request.llms.indexOf('nobody')
      if (unknown < 0) return fakeService.observe(request, signal)
      const path = `models_to_score[${unknown}]`
      const errors = [{ path, message: `${path}: expected an LLM` }]
      return Promise.reject(new LLimitError('UNKNOWN_LLM', 'not known: "nobody"', { errors }))
    },
  })
  const report = (outcomes: unknown) => post(app, { outcomes }, undefined, '/outcomes')

  it('writes what the saved model sees of each prompt, and no text', async () => {
    const response = await report([OUTCOME, { ...OUTCOME, id: 'j', llm: 'openai/b', score: 0.25, tokens: 9 }])
    const body: unknown = await response.json()
    expect(outcomesResponseSchema.parse(body)).to.deep.equal(body)
    expect(body).to.deep.equal({ accepted: 2, known: 0, resolved_names: { 'openai/b': 'b' } })
    const [first, second] = app.reported
    expect(first?.at).to.match(/^\d{4}-\d\d-\d\dT/)
    expect(first).to.deep.equal({
      id: 'i',
      at: first?.at,
      model: 'dense_network/default',
      version: 1,
      encoder: 'e1',
      feature_spec: identityOfFeatures(modelDescription.card.features),
      llm: 'a',
      score: 1,
      probability: 0.5,
      familiarity: 0.25,
      embedding: Float32Array.of(1, 0.5),
      features: Float32Array.of(1, 2, 3),
    })
    expect(second).to.include({ id: 'j', llm: 'b', score: 0.25, tokens: 9 })
  })

  it('names the outcome whose LLM is not known, and writes none of the request', async () => {
    const before = app.reported.length
    const response = await report([OUTCOME, { ...OUTCOME, llm: 'nobody' }])
    expect(response.status).to.equal(400)
    const errors = [{ path: 'outcomes[1].llm', message: 'outcomes[1].llm: expected an LLM' }]
    expect(await errorOf(response)).to.deep.equal({
      code: 'UNKNOWN_LLM',
      detail: 'not known: "nobody"',
      errors,
    })
    expect(app.reported.length).to.equal(before)
  })

  it('names a field that is wrong', async () => {
    const response = await report([{ ...OUTCOME, score: 2 }])
    expect(response.status).to.equal(400)
    expect((await errorOf(response)).code).to.equal('INVALID_REQUEST')
  })
})
