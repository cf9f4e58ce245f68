import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import path from 'node:path'

import { expect } from 'chai'

import { readConfig } from '../../src/config/config.js'
import { createApp } from '../../src/http/app.js'
import { rankResponseSchema } from '../../src/http/rankSchemas.js'
import { inferResponseSchema } from '../../src/http/schemas.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { averageOver, successAt } from '../calibration/directIntegral.js'
import { DECISIONS } from '../http/runningApp.js'
import type { ErrorBody } from '../http/runningApp.js'
import { makeSavedModels, writeSavedModel, writeTrainedModel } from '../savedModels.js'

const LLMS = ['a', 'b', 'constructor']
const PROMPT = 'Prove that 2 + 2 = 4 and explain each step'
const DEVIATION = 1.5
const PRICED = LLMS.map((name, i) => ({ name, input_price: 10 ** i, output_price: 20 * i }))

/** A server with trained models, over real HTTP, held to its own /infer and to plain arithmetic. */
describe('POST /rank over HTTP', () => {
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  let service: Service
  let server: Server
  let url: string

  before(async () => {
    saved = await makeSavedModels()
    const { root } = saved
    const model = { seed: 7, llms: LLMS }
    await writeTrainedModel({ root, name: 'default' }, model, 'reject', (card) => ({
      ...card,
      guard: { baseline: 'b', z: 1 },
      shared_difficulty: { deviation: DEVIATION },
    }))
    await writeTrainedModel({ root, name: 'plain' }, model)
    await writeTrainedModel({ root, name: 'doubtful' }, model, 'reject', (card) => ({
      ...card,
      guard: { baseline: 'a', z: 1 },
      abstain: { familiarity: 1 },
    }))
    await writeSavedModel(path.join(root, 'dense_network', 'margin'), model)
    const { limits, defaultModel, ...config } = readConfig({ savedModels: root })
    const log = createLogger('error', { silent: true })
    service = await openService({ ...config, limits, defaultModel }, log)
    const deps = { service: service.selection, limits, defaultModel, decisions: DECISIONS }
    const app = createApp({ ...deps, version: '1', log })
    server = await startServer(app, '127.0.0.1', 0)
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    await closeServer(server, 1000)
    await service.close()
    await saved.remove()
  })

  const post = (route: string, body: object) =>
    fetch(`${url}/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const rank = async (fields: object) => {
    const response = await post('rank', { prompt: PROMPT, ...fields })
    const answer = rankResponseSchema.parse(await response.json())
    const [first] = answer.prompts
    if (first === undefined) throw new Error('expected a ranking')
    return { ...answer, first }
  }
  const infer = async () => {
    const body = { model: 'dense_network/default', models_to_score: LLMS, prompts: [PROMPT], details: true }
    return inferResponseSchema.parse(await (await post('infer', body)).json())
  }
  const errorOf = async (fields: object) => {
    const response = await post('rank', { prompt: PROMPT, ...fields })
    return { status: response.status, ...((await response.json()) as ErrorBody) }
  }

  it('ranks all LLMs by the probabilities that /infer answers', async () => {
    const { details, scores, prompts } = await infer()
    const { first, model, unknown, read } = await rank({})
    expect([model, unknown, read]).to.deep.equal(['dense_network/default@1', [], 'prompt'])
    const order = [...LLMS].sort((x, y) => (scores[y]?.[0] ?? 0) - (scores[x]?.[0] ?? 0))
    expect(first.ranked.map(({ llm }) => llm)).to.deep.equal(order)
    expect(first.choice).to.equal(order[0])
    expect(first.abstained).to.equal(false)
    for (const { llm, probability, low, high, evidence, utility, cost } of first.ranked) {
      const detail = details?.[llm]?.[0]
      expect([probability, low, high, evidence]).to.deep.equal([
        detail?.probability,
        detail?.low,
        detail?.high,
        detail?.evidence,
      ])
      expect([utility, cost]).to.deep.equal([probability, null])
    }
    const { tokens, truncated, familiarity } = first
    expect({ tokens, truncated, familiarity, category: null }).to.deep.equal(prompts?.[0])
    expect((await rank({ top: 1 })).first.ranked).to.deep.equal(first.ranked.slice(0, 1))
  })

  it('prices a prompt by its tokens and the length of its answer', async () => {
    const { first } = await rank({
      candidates: PRICED,
      output_tokens: 50,
      objective: { type: 'value', dollars: 0 },
    })
    expect(first.input_tokens).to.be.greaterThan(10)
    for (const { llm, cost, output_tokens } of first.ranked) {
      const i = LLMS.indexOf(llm)
      expect(cost).to.be.closeTo((first.input_tokens * 10 ** i + 50 * 20 * i) / 1e6, 1e-15)
      expect(output_tokens).to.equal(50)
    }
    expect(first.choice).to.equal('a')
    expect(first.pareto[0]).to.equal('a')
  })

  it('keeps LLMs of unknown cost out of objectives that need one, and names them', async () => {
    const objective = { type: 'cheapest', within: 1 }
    // The answers of a cost nothing, so that their length does not matter.
    const { first } = await rank({ candidates: PRICED, objective })
    expect(first.choice).to.equal('a')
    expect(first.excluded.unknown_cost).to.deep.equal(['b', 'constructor'])
    const none = (await rank({ objective })).first
    expect([none.choice, none.abstained, none.fallback]).to.deep.equal([
      null,
      true,
      (await rank({})).first.choice,
    ])
  })

  it('conditions the others on attempts, as direct integration does', async () => {
    const before = (await rank({})).first.ranked
    const of = (llm: string) => before.find((one) => one.llm === llm)?.probability ?? NaN
    const { first } = await rank({ outcomes: { b: 0 } })
    expect(first.excluded.tried).to.deep.equal(['b'])
    expect(first.ranked.map(({ llm }) => llm)).to.have.members(['a', 'constructor'])
    const tried = successAt(of('b'), DEVIATION)
    for (const { llm, probability, low, high } of first.ranked) {
      const success = successAt(of(llm), DEVIATION)
      const joint = averageOver((t) => success(t) * (1 - tried(t)))
      expect(probability).to.be.closeTo(joint / (1 - of('b')), 1e-6)
      expect(probability).to.be.lessThan(of(llm))
      expect(probability).to.be.within(low ?? NaN, high ?? NaN)
    }
    // An attempt of an LLM that is no candidate counts as much.
    const apart = (await rank({ candidates: ['a'], outcomes: { b: 0 } })).first.ranked[0]
    expect(apart?.probability).to.equal(first.ranked.find(({ llm }) => llm === 'a')?.probability)
  })

  it('takes the guard of the card, or that of the request', async () => {
    const best = (await rank({})).first.choice
    expect((await rank({ objective: { type: 'guarded', z: 1e6 } })).first.choice).to.equal('b')
    const guarded = await rank({ objective: { type: 'guarded', baseline: 'a', z: 0 } })
    expect(guarded.first.choice).to.equal(best)
  })

  it('abstains below the bounds of the card, unless the request wants a choice', async () => {
    const doubtful = { model: 'dense_network/doubtful', candidates: ['a', 'b'] }
    const sure = (await rank({ ...doubtful, abstain: false })).first
    expect([sure.choice, sure.abstained, sure.abstained_reason, sure.fallback]).to.deep.equal([
      'b',
      false,
      null,
      null,
    ])
    const { choice, abstained, abstained_reason, fallback, reason, ranked } = (await rank(doubtful)).first
    expect([choice, abstained, abstained_reason, fallback]).to.deep.equal([null, true, 'familiarity', 'a'])
    expect(reason).to.include('a is the fallback')
    expect(ranked).to.deep.equal(sure.ranked)
    expect((await rank({ ...doubtful, current: { llm: 'b' } })).first.fallback).to.equal('b')
    expect((await rank({ ...doubtful, fallback: 'my tier' })).first.fallback).to.equal('my tier')
    const budget = { type: 'budget', dollars: 1 }
    const spent = await rank({ ...doubtful, candidates: PRICED, output_tokens: 1, objective: budget })
    expect(spent.first.abstained).to.equal(false)
  })

  it('divides a budget among prompts', async () => {
    const request = {
      prompt: undefined,
      prompts: [PROMPT, 'Hi', 'word '.repeat(50)],
      candidates: PRICED,
      output_tokens: 20,
    }
    const { prompts, spending } = await rank({ ...request, objective: { type: 'budget', dollars: 1 } })
    const best = await rank(request)
    expect(prompts.map(({ choice }) => choice)).to.deep.equal(best.prompts.map(({ choice }) => choice))
    const sum = best.prompts.reduce((total, { ranked }) => total + (ranked[0]?.probability ?? NaN), 0)
    expect(spending?.successes).to.be.closeTo(sum, 1e-9)
    const poor = await rank({ ...request, objective: { type: 'budget', dollars: 0 } })
    expect(poor.prompts.map(({ abstained }) => abstained)).to.deep.equal([true, true, true])
    expect(poor).to.not.have.property('spending')
  })

  it('leaves out what it does not know and what the prompt is too long for', async () => {
    const candidates = ['a', 'gpt-9', { name: 'b', context_limit: 5 }]
    const { first, unknown } = await rank({ candidates, model: 'dense_network/plain@1' })
    expect(unknown).to.deep.equal(['gpt-9'])
    expect(first.excluded.over_context_limit).to.deep.equal(['b'])
    expect(first.choice).to.equal('a')
  })

  it('says what it cannot answer, with the field', async () => {
    const plain = { model: 'dense_network/plain' }
    const faults = [
      { candidates: ['gpt-9'] },
      { objective: { type: 'threshold', strong: 'a', weak: 'x', threshold: 0 } },
      { candidates: ['a'], current: { llm: 'b' } },
      { outcomes: { 'gpt-9': 1 } },
      { ...plain, outcomes: { a: 1 } },
      { ...plain, objective: { type: 'guarded' } },
      { ...plain, objective: { type: 'guarded', baseline: 'a' } },
      { model: 'dense_network/margin' },
    ]
    const errors = await Promise.all(faults.map(errorOf))
    expect(errors.map(({ status }) => status)).to.deep.equal(faults.map(() => 400))
    const { code } = errors[0] ?? {}
    expect(code).to.equal('UNKNOWN_LLM')
    const noGuard = 'since the card of dense_network/plain has no guard, got nothing'
    expect(errors.map(({ errors }) => errors?.[0]?.message)).to.deep.equal([
      'candidates[0]: expected an LLM of dense_network/default, got "gpt-9"; no known name is close',
      'objective.weak: expected a candidate that the saved model knows, got "x"; no known name is close',
      'current.llm: expected a candidate that the saved model knows, got "b"',
      'outcomes.gpt-9: expected an LLM of dense_network/default, got "gpt-9"; no known name is close',
      'outcomes: expected none, since the card of dense_network/plain has no shared_difficulty to condition on, got some',
      `objective.baseline: expected the name of an LLM, ${noGuard}`,
      `objective.z: expected a number, ${noGuard}`,
      'model: expected a model whose scores are probabilities, got dense_network/margin, whose scores are margins',
    ])
  })
})
