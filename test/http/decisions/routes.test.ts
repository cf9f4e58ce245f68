import { expect } from 'chai'

import { rankAnswer } from '../../../src/http/openapi/rankExamples.js'
import { post, useApp } from '../runningApp.js'
import { DECISIONS, JSON_TYPE, ROUTES, STRONG, SYSTEM_ONE, WEAK, useGateways } from './gateways.js'

describe('what gateways are answered', () => {
  const world = useGateways()

  it('answers a choice in each form', async () => {
    const [systemOne, decisions, classify] = await Promise.all(
      ROUTES.map(([path, body]) => world.ask(path, body)),
    )
    expect(systemOne?.body).to.deep.equal({
      model: rankAnswer.model,
      answers: {
        tier: {
          type: 'choice',
          choice: STRONG,
          probabilities: { [WEAK]: 0.25, [STRONG]: 0.75 },
          confidence: 0.5,
        },
      },
      usage: { input_tokens: 4, output_tokens: 0 },
    })
    expect(decisions?.body).to.deep.equal({
      model: rankAnswer.model,
      answers: [
        {
          type: 'choice',
          name: null,
          choice: STRONG,
          confidence: 0.5,
          probabilities: [
            { value: WEAK, probability: 0.25 },
            { value: STRONG, probability: 0.75 },
          ],
        },
      ],
      usage: {
        input_tokens: 4,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 4,
      },
    })
    expect(classify?.body).to.deep.equal([
      { label: 'SIMPLE', score: 0.25 },
      { label: 'COMPLEX', score: 0.75 },
    ])
  })

  it('loses no question for its key', async () => {
    const body = `{"model":"x","state":"x","questions":{"__proto__":${JSON.stringify(SYSTEM_ONE.questions.tier)}}}`
    const { status, body: answer } = await world.ask('/v1/systemone', JSON.parse(body) as object)
    expect(status).to.equal(422)
    expect(answer).to.have.nested.property(
      'error.message',
      'Invalid request: questions: expected any key but "__proto__", got an object',
    )
  })

  it('takes any token of a bearer, and none', async () => {
    for (const [path, body] of ROUTES) {
      expect((await world.ask(path, body, { ...JSON_TYPE, authorization: 'Bearer sk-1' })).status).to.equal(
        200,
      )
    }
  })

  it('asks about the message that a state holds', async () => {
    await world.ask('/v1/systemone', { ...SYSTEM_ONE, state: '\nClassify this message:\nProve it' })
    expect(world.seen?.prompts).to.deep.equal(['Prove it'])
    await world.ask('/v1/decisions', {
      ...DECISIONS,
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Prove it' }] }],
    })
    expect(world.seen?.prompts).to.deep.equal(['Prove it'])
    // Only LiteLLM wraps, and it does not ask here.
    await world.ask('/classify', { inputs: '\nClassify this message:\nProve it' })
    expect(world.seen?.prompts).to.deep.equal(['\nClassify this message:\nProve it'])
  })

  it('answers whether one LLM succeeds, by a question or its name', async () => {
    const p = rankAnswer.prompts[0]?.ranked[0]?.probability
    const questions = {
      q: {
        type: 'noul',
        instructions: `Will ${STRONG} answer correctly?`,
        criteria: { true: 'yes', false: 'no' },
      },
      [STRONG]: { type: 'noul', criteria: null },
    }
    const { body } = await world.ask('/v1/systemone', { ...SYSTEM_ONE, questions })
    expect(body)
      .to.have.property('answers')
      .that.deep.equals({ q: { type: 'noul', noul: p }, [STRONG]: { type: 'noul', noul: p } })
    const predicate = {
      type: 'predicate',
      name: STRONG,
      instructions: [{ type: 'input_text', text: 'Will it answer correctly?' }],
    }
    const decisions = await world.ask('/v1/decisions', { ...DECISIONS, questions: [predicate] })
    expect(decisions.body)
      .to.have.property('answers')
      .that.deep.equals([{ type: 'predicate', name: STRONG, probability: p }])
  })

  it('rejects a question that outcomes do not answer, or says `refusal` to it alone', async () => {
    const systemOne = async (question: object) =>
      (await world.ask('/v1/systemone', { ...SYSTEM_ONE, questions: { q: question } })).body
    expect(await systemOne({ type: 'noul', instructions: 'Is this spam?' })).to.deep.equal({
      error: {
        message:
          'Invalid request: questions.q.instructions: expected a question whether one LLM succeeds, such as ' +
          '"Will gpt-4o answer correctly?", got another',
        field: 'questions.q.instructions',
      },
    })
    expect(await systemOne({ type: 'score', instructions: 'x', criteria: ['low', 'high'] }))
      .to.have.nested.property('error.field')
      .that.equals('questions.q.type')
    const questions = [
      { type: 'score', name: 's', instructions: 'x', levels: [] },
      { type: 'predicate', name: 'p', instructions: 'Is this spam?' },
      { type: 'choice', instructions: 'x', choices: [{ value: true }, { value: 'true' }] },
      ...DECISIONS.questions,
    ]
    const { status, body } = await world.ask('/v1/decisions', { ...DECISIONS, questions })
    const { answers } = body as { answers: { type: string; name: string | null }[] }
    expect(status).to.equal(200)
    expect(answers.slice(0, 3)).to.deep.equal(['s', 'p', null].map((name) => ({ type: 'refusal', name })))
    expect(answers[3]?.type).to.equal('choice')
    const none = await world.ask('/v1/decisions', { ...DECISIONS, questions: questions.slice(0, 1) })
    expect(none.body).to.deep.include({ model: 'dense_network/default' })
    expect(none.body).to.have.nested.property('usage.total_tokens', 0)
  })
})

describe('what gateways are answered by another objective', () => {
  const app = useApp(
    {},
    {},
    {
      objective: { type: 'value', dollars: 1 },
      tiers: new Map([
        ['A', [WEAK]],
        ['B', [STRONG]],
      ]),
    },
  )

  it('scores the choice alone where clients see nothing but scores', async () => {
    const response = await post(app, { inputs: 'x' }, JSON_TYPE, '/classify')
    expect(await response.json()).to.deep.equal([
      { label: 'A', score: 1 },
      { label: 'B', score: 0 },
    ])
  })
})

describe('POST /classify without tiers', () => {
  const app = useApp()

  it('says what is missing', async () => {
    const response = await post(app, { inputs: 'x' }, JSON_TYPE, '/classify')
    expect(response.status).to.equal(404)
    expect(await response.json()).to.deep.equal({
      detail: 'Expected tiers to classify by (LLIMIT_TIERS), found none',
      code: 'NOT_FOUND',
    })
  })
})

describe('GET /v1/models', () => {
  const model = { model: 'd/a', llms: [], encoder: 'e', version: 1, sha256: 'x', loaded: true }
  const app = useApp({
    listModels: () => Promise.resolve([model, { ...model, model: 'd/b', error: 'broken' }]),
  })

  it('lists the saved models that can be used', async () => {
    expect(await (await fetch(`${app.url}/v1/models`)).json()).to.deep.equal({
      object: 'list',
      data: [{ id: 'd/a', object: 'model', owned_by: 'llimit' }],
    })
  })
})
