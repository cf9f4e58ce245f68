import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'

import { expect } from 'chai'

import { readConfig } from '../../src/config/config.js'
import { createApp } from '../../src/http/app.js'
import { parseObjective } from '../../src/http/compactObjective.js'
import { classifyResponseSchema } from '../../src/http/decisions/classify.js'
import { decisionsResponseSchema } from '../../src/http/decisions/decisionsSchemas.js'
import { systemOneResponseSchema } from '../../src/http/decisions/systemOneSchemas.js'
import { rankResponseSchema } from '../../src/http/rankSchemas.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { averageOver, successAt } from '../calibration/directIntegral.js'
import { liteLlmState } from '../http/decisions/liteLlmState.js'
import { DECISIONS } from '../http/runningApp.js'

/** Names that are resolved; the last two are one LLM. */
const NAMES = [
  'openai/gpt-4o',
  'gpt-4o-mini',
  'anthropic/claude-3-haiku',
  'o1',
  'meta-llama/llama-3.1-8b-instruct',
]
const TIERS = new Map([
  ['SIMPLE', ['meta-llama/llama-3.1-8b-instruct', 'gpt-4o-mini']],
  ['COMPLEX', ['gpt-4o']],
  ['REASONING', ['gpt-4o', 'o1']],
])
const PROMPTS = [
  'What is Python?',
  'Prove that there are infinitely many primes.',
  'Translate "good morning" to Thai.',
]

/** Of several objectives, as the setting has them; two abstain where the card does. */
const OBJECTIVES = [
  'sufficient',
  'best:abstain=true',
  'sufficient:abstain=false',
  'best:abstain=false',
  'cheapest:within=0.1,abstain=false',
  'value:dollars=0.001,abstain=false',
  'dial:position=3,abstain=false',
  'threshold:strong=openai/gpt-4o,weak=gpt-4o-mini,threshold=0.05,abstain=false',
  'guarded:baseline=gpt-4o,z=0.5,abstain=false',
]

/** The shipped model over real HTTP: what gateways are answered, held to /rank and to plain arithmetic. */
describe('gateways over HTTP', () => {
  let service: Service
  const servers = new Map<string, { server: Server; url: string }>()

  before(async () => {
    const config = readConfig({}, {})
    const log = createLogger('error', { silent: true })
    service = await openService(config, log)
    const { limits, defaultModel } = config
    for (const text of OBJECTIVES) {
      const decisions = { ...DECISIONS, tiers: TIERS, ...parseObjective(text, 'LLIMIT_OBJECTIVE') }
      const app = createApp({
        service: service.selection,
        limits,
        defaultModel,
        decisions,
        version: '1',
        log,
      })
      const server = await startServer(app, '127.0.0.1', 0)
      servers.set(text, { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
    }
  })
  after(async () => {
    await Promise.all([...servers.values()].map(({ server }) => closeServer(server, 1000)))
    await service.close()
  })

  const post = async (objective: string, path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${servers.get(objective)?.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.json()
  }
  const rank = async (objective: string, prompt: string, candidates: readonly string[]) => {
    const { abstains: abstain = true, objective: own } = parseObjective(objective, 'x')
    const answer = rankResponseSchema.parse(
      await post(objective, '/rank', { prompt, candidates, objective: own, abstain }),
    )
    const [first] = answer.prompts
    if (first === undefined) throw new Error('expected a ranking')
    return { ...first, model: answer.model }
  }
  const systemOne = async (objective: string, state: unknown, labels: readonly string[]) => {
    const criteria = Object.fromEntries(labels.map((label) => [label, null]))
    const questions = { tier: { type: 'choice', instructions: 'x', criteria } }
    const body = { model: 'llimit', state, questions }
    const { answers, usage, model } = systemOneResponseSchema.parse(
      await post(objective, '/v1/systemone', body),
    )
    const { tier } = answers
    if (tier?.type !== 'choice') throw new Error('expected a choice')
    return { ...tier, usage, model }
  }
  const decide = async (objective: string, input: unknown, labels: readonly string[]) => {
    const choices = labels.map((value) => ({ value }))
    const body = { model: 'llimit', input, questions: [{ type: 'choice', instructions: 'x', choices }] }
    const [answer] = decisionsResponseSchema.parse(await post(objective, '/v1/decisions', body)).answers
    if (answer?.type !== 'choice') throw new Error('expected a choice')
    return answer
  }

  it('chooses what /rank chooses, by each objective and in each form', async () => {
    for (const objective of OBJECTIVES.slice(2)) {
      for (const prompt of PROMPTS) {
        const { choice, input_tokens, model } = await rank(objective, prompt, NAMES)
        expect(choice, objective).to.be.a('string')
        const own = await systemOne(objective, liteLlmState({ message: prompt, system: 'be brief' }), NAMES)
        expect([own.choice, own.usage.input_tokens, own.model]).to.deep.equal([choice, input_tokens, model])
        const chat = [{ role: 'user', content: [{ type: 'input_text', text: prompt }] }]
        expect((await decide(objective, chat, NAMES)).choice, objective).to.equal(choice)
      }
    }
  })

  it('chooses the tier of the LLM that /rank chooses, the first that has it', async () => {
    const tierOf = (llm: string | null) => [...TIERS].find(([, llms]) => llms.includes(llm ?? ''))?.[0]
    const llms = [...new Set([...TIERS.values()].flat())]
    for (const objective of ['best:abstain=false', 'value:dollars=0.001,abstain=false']) {
      for (const prompt of PROMPTS) {
        const tier = tierOf((await rank(objective, prompt, llms)).choice)
        expect((await systemOne(objective, prompt, [...TIERS.keys()])).choice).to.equal(tier)
        const scores = classifyResponseSchema.parse(await post(objective, '/classify', { inputs: prompt }))
        expect(scores).to.deep.equal(
          [...TIERS.keys()].map((label) => ({ label, score: Number(label === tier) })),
        )
      }
    }
  })

  it('adds up the utilities of /rank for tiers', async () => {
    for (const prompt of PROMPTS) {
      const { ranked } = await rank('sufficient:abstain=false', prompt, [
        ...new Set([...TIERS.values()].flat()),
      ])
      const shareOf = (llm: string) => ranked.find((one) => one.llm === llm)?.utility ?? NaN
      const expected = [
        shareOf('meta-llama/llama-3.1-8b-instruct') + shareOf('gpt-4o-mini'),
        shareOf('gpt-4o'),
        shareOf('o1'),
      ]
      const scores = classifyResponseSchema.parse(
        await post('sufficient:abstain=false', '/classify', { inputs: prompt }),
      )
      expect(scores.map(({ label }) => label)).to.deep.equal([...TIERS.keys()])
      scores.forEach(({ score }, i) => expect(score).to.be.closeTo(expected[i] ?? NaN, 1e-12))
      expect(scores.reduce((sum, { score }) => sum + score, 0)).to.be.closeTo(1, 1e-9)
      const most = Math.max(...expected)
      const { choice } = await systemOne('sufficient:abstain=false', prompt, [...TIERS.keys()])
      expect(choice).to.equal(scores.find(({ score }) => Math.abs(score - most) < 1e-12)?.label)
    }
  })

  it('answers probabilities that equal direct integration over the shared difficulty', async () => {
    const { card } = await service.selection.describeModel('dense_network/default')
    const deviation = card.shared_difficulty?.deviation ?? NaN
    for (const prompt of PROMPTS) {
      const { ranked } = await rank('best:abstain=false', prompt, NAMES)
      const byCost = [...ranked].sort((a, b) => (a.cost ?? NaN) - (b.cost ?? NaN))
      const success = byCost.map(({ probability }) => successAt(probability, deviation))
      const failing = (count: number, t: number) =>
        success.slice(0, count).reduce((p, of) => p * (1 - of(t)), 1)
      const { probabilities } = await systemOne('best:abstain=false', prompt, NAMES)
      for (const [k, { llm }] of byCost.entries()) {
        const own = averageOver((t) => failing(k, t) * (success[k]?.(t) ?? NaN))
        const rest = llm === ranked[0]?.llm ? averageOver((t) => failing(byCost.length, t)) : 0
        expect(probabilities[llm]).to.be.closeTo(own + rest, 1e-6)
      }
    }
  })

  it('counts two names of one LLM once', async () => {
    const labels = ['gpt-4o-mini', 'openai/gpt-4o-mini', 'gpt-4o']
    const { probabilities } = await systemOne('sufficient:abstain=false', 'What is Python?', labels)
    const once = await systemOne('sufficient:abstain=false', 'What is Python?', ['gpt-4o-mini', 'gpt-4o'])
    expect(probabilities).to.deep.equal({ ...once.probabilities, 'openai/gpt-4o-mini': 0 })
  })

  it('answers the probability of one LLM as /rank does', async () => {
    const { ranked } = await rank('best:abstain=false', 'What is Python?', ['gpt-4o'])
    const questions = { 'openai/gpt-4o': { type: 'noul', instructions: 'Will it answer correctly?' } }
    const body = { model: 'dense_network/default@2', state: 'What is Python?', questions }
    const { answers } = systemOneResponseSchema.parse(await post('best:abstain=false', '/v1/systemone', body))
    expect(answers).to.deep.equal({ 'openai/gpt-4o': { type: 'noul', noul: ranked[0]?.probability } })
  })

  it('abstains where /rank does: in a form that has a word for it, or if the setting says so', async () => {
    const prompt = 'Hello'
    const best = await rank('best:abstain=true', prompt, NAMES)
    expect([best.choice, best.abstained_reason]).to.deep.equal([null, 'familiarity'])
    const criteria = Object.fromEntries(NAMES.map((name) => [name, null]))
    const body = { model: 'x', state: prompt, questions: { tier: { type: 'choice', criteria } } }
    const rejected = JSON.stringify(await post('best:abstain=true', '/v1/systemone', body))
    expect(rejected).to.include(`${best.fallback} is the fallback`)
    const choices = NAMES.map((value) => ({ value }))
    const questions = [
      { type: 'choice', instructions: 'x', choices },
      { type: 'predicate', name: 'o1', instructions: 'Will it answer correctly?' },
    ]
    const { answers } = decisionsResponseSchema.parse(
      await post('sufficient', '/v1/decisions', { model: 'x', input: prompt, questions }),
    )
    expect(answers.map(({ type }) => type)).to.deep.equal(['refusal', 'predicate'])
    const { choice } = await rank('sufficient:abstain=false', prompt, NAMES)
    expect((await systemOne('sufficient', prompt, NAMES)).choice).to.equal(choice)
  })

  it('names a label that stands for nothing', async () => {
    const body = {
      model: 'x',
      state: 'x',
      questions: { t: { type: 'choice', criteria: { 'gpt-99': null, o1: null } } },
    }
    expect(await post('best:abstain=false', '/v1/systemone', body)).to.have.nested.property(
      'error.field',
      'questions.t.criteria.gpt-99',
    )
  })
})
