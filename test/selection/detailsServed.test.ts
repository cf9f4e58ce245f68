import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import path from 'node:path'

import { expect } from 'chai'
import { z } from 'zod'

import { readConfig } from '../../src/config/config.js'
import type { Card } from '../../src/card.js'
import { createApp } from '../../src/http/app.js'
import { inferResponseSchema, modelListSchema } from '../../src/http/schemas.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import {
  ENCODER,
  makeSavedModels,
  TINY_CALIBRATION,
  writeSavedModel,
  writeTrainedModel,
} from '../savedModels.js'
import { plainDetail, plainPlace } from './plainDetails.js'
import { DECISIONS } from '../http/runningApp.js'

const LLMS = ['a', 'b', 'constructor']
const CATEGORIES = ['code', '', 'math']
const LEVEL = { least: 0.4, full: 0.75 }
const PROMPTS = ['What is Python?', '', 'word '.repeat(400), 'Prove that 2 + 2 = 4 and explain each step']

const detailedSchema = z.object({
  scores: z.record(z.string(), z.array(z.number())),
  details: z.record(
    z.string(),
    z.array(
      z.object({
        probability: z.number(),
        low: z.number(),
        high: z.number(),
        evidence: z.number(),
        judged_on_this_kind: z.boolean(),
        standard_error: z.number(),
      }),
    ),
  ),
  prompts: z.array(
    z.object({
      tokens: z.number(),
      truncated: z.boolean(),
      familiarity: z.number(),
      category: z.string().nullable(),
    }),
  ),
})

/** A server with trained models, over real HTTP, held to plain float64 arithmetic. */
describe('details over HTTP', () => {
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  let service: Service
  let server: Server
  let url: string
  let card: Card

  before(async () => {
    saved = await makeSavedModels()
    const { root } = saved
    card = await writeTrainedModel({ root, name: 'trained' }, { seed: 7, llms: LLMS })
    await writeTrainedModel({ root, name: 'bare' }, { seed: 7, llms: LLMS }, 'reject', (card, files) => {
      files.delete('evidence.safetensors')
      delete card.calibration
      delete card.evidence
      return card
    })
    await writeTrainedModel({ root, name: 'leveled' }, { seed: 7, llms: LLMS }, 'reject', (card) => ({
      ...card,
      ...(card.evidence && { evidence: { ...card.evidence, categories: CATEGORIES, level: LEVEL } }),
    }))
    await writeSavedModel(path.join(root, 'dense_network', 'margin'), { seed: 7, llms: LLMS })
    const config = readConfig({ savedModels: root })
    const log = createLogger('error', { silent: true })
    service = await openService(config, log)
    const limits = config.limits
    server = await startServer(
      createApp({
        service: service.selection,
        limits,
        defaultModel: 'dense_network/default',
        decisions: DECISIONS,
        version: '1',
        log,
      }),
      '127.0.0.1',
      0,
    )
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    await closeServer(server, 1000)
    await service.close()
    await saved.remove()
  })

  const ask = (name: string, fields: object = {}) =>
    fetch(`${url}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: `dense_network/${name}`,
        models_to_score: LLMS,
        prompts: PROMPTS,
        ...fields,
      }),
    })

  it('are probabilities with intervals, evidence and familiarity as the card says', async () => {
    const answer = detailedSchema.parse(await (await ask('trained', { details: true })).json())
    const vectors = await (await service.encoders.get(ENCODER)).embed(PROMPTS)
    for (const [p, { vector, truncated }] of vectors.entries()) {
      const place = plainPlace(vector, card)
      expect(answer.prompts[p]?.familiarity).to.be.closeTo(place.familiarity, 1e-6)
      expect(answer.prompts[p]?.truncated).to.equal(truncated)
      for (const [m, llm] of LLMS.entries()) {
        const detail = answer.details[llm]?.[p]
        const expected = plainDetail(vector, PROMPTS[p] ?? '', m, place, card)
        expect(detail?.probability).to.equal(answer.scores[llm]?.[p])
        expect(detail?.evidence).to.equal(expected.evidence)
        // Float32 arithmetic in the network, then times the largest slope of the logistic function.
        expect(detail?.probability).to.be.closeTo(expected.probability, 2e-6)
        expect(detail?.low).to.be.closeTo(expected.low, 2e-6)
        expect(detail?.high).to.be.closeTo(expected.high, 2e-6)
        expect(detail?.judged_on_this_kind).to.equal(expected.evidence >= 10)
        expect(detail?.standard_error).to.be.closeTo(expected.standardError, 1e-12)
      }
      expect(answer.prompts[p]?.category).to.equal(null)
    }
    expect(answer.prompts.map(({ tokens }) => tokens).slice(1, 3)).to.deep.equal([2, 256])
    expect(answer.prompts.map(({ truncated }) => truncated)).to.deep.equal([false, false, true, false])
  })

  it('name the category, and make the logits of unfamiliar prompts smaller where the card says so', async () => {
    const answer = detailedSchema.parse(await (await ask('leveled', { details: true })).json())
    const plain = inferResponseSchema.parse(await (await ask('leveled')).json())
    expect(plain.scores).to.deep.equal(answer.scores)
    const vectors = await (await service.encoders.get(ENCODER)).embed(PROMPTS)
    for (const [p, { vector }] of vectors.entries()) {
      const place = plainPlace(vector, card)
      const factor = place.familiarity >= 0.75 ? 1 : 0.4 + (0.6 * place.familiarity) / 0.75
      expect(answer.prompts[p]?.category).to.equal(['code', null, 'math'][place.region])
      for (const [m, llm] of LLMS.entries()) {
        const expected = plainDetail(vector, PROMPTS[p] ?? '', m, place, card, factor)
        const detail = answer.details[llm]?.[p]
        expect(detail?.probability).to.be.closeTo(expected.probability, 2e-6)
        expect(detail?.low).to.be.closeTo(expected.low, 2e-6)
        expect(detail?.high).to.be.closeTo(expected.high, 2e-6)
      }
    }
  })

  it('leave the answer as it is where nobody asks for them', async () => {
    const text = await (await ask('trained')).text()
    expect(await (await ask('trained', { details: false })).text()).to.equal(text)
    expect(Object.keys(JSON.parse(text) as object)).to.deep.equal(['scores'])
    const detailed = await (await ask('trained', { details: true })).text()
    expect(detailed.startsWith(`${text.slice(0, -1)},"details":{`)).to.equal(true)
  })

  it('describe the prompts even if no LLM is named', async () => {
    const answer = await (await ask('trained', { details: true, models_to_score: [] })).json()
    const { scores, details, prompts } = detailedSchema.parse(answer)
    expect([scores, details]).to.deep.equal([{}, {}])
    expect(prompts).to.have.length(PROMPTS.length)
  })

  it('are null if the saved model does not say what it was trained on', async () => {
    const answer = inferResponseSchema.parse(await (await ask('bare', { details: true })).json())
    const calibrated = inferResponseSchema.parse(await (await ask('trained')).json())
    const { slope, intercept } = TINY_CALIBRATION
    for (const llm of ['a', 'b']) {
      answer.details?.[llm]?.forEach(({ probability, ...unknown }, p) => {
        expect(unknown).to.deep.equal({
          low: null,
          high: null,
          evidence: null,
          judged_on_this_kind: null,
          standard_error: null,
        })
        const logit = Math.log(probability / (1 - probability))
        const expected = 1 / (1 + Math.exp(-(slope * logit + intercept)))
        expect(calibrated.scores[llm]?.[p]).to.be.closeTo(expected, 1e-6)
      })
    }
    expect(answer.prompts?.[0]).to.deep.equal({
      tokens: 6,
      truncated: false,
      familiarity: null,
      category: null,
    })
  })

  it('are rejected for margins, with the field', async () => {
    const response = await ask('margin', { details: true })
    expect(response.status).to.equal(400)
    const message =
      'details: expected a model whose scores are probabilities, got dense_network/margin, whose scores are margins'
    expect(await response.json()).to.deep.equal({
      detail: message,
      code: 'INVALID_REQUEST',
      errors: [{ path: 'details', message }],
    })
  })

  it('follow the version that is asked for, while a new one takes the place', async () => {
    const place = { root: saved.root, name: 'versions' }
    const textOf = async (name: string) => {
      const response = await ask(name, { details: true })
      expect(response.status).to.equal(200)
      return response.text()
    }
    await writeTrainedModel(place, { seed: 1, llms: LLMS })
    const first = await textOf('versions')
    await writeTrainedModel(place, { seed: 2, llms: LLMS }, 'newVersion')
    const second = await textOf('versions')
    expect(second).to.not.equal(first)
    expect(await textOf('versions@1')).to.equal(first)
    expect(await textOf('versions@2')).to.equal(second)

    const { models } = modelListSchema.parse(await (await fetch(`${url}/models`)).json())
    const lines = models.filter(({ model }) => model.startsWith('dense_network/versions'))
    expect(lines.map(({ model, version }) => [model, version])).to.deep.equal([
      ['dense_network/versions', 2],
      ['dense_network/versions@1', 1],
    ])
    expect(new Set(lines.map(({ sha256 }) => sha256)).size).to.equal(2)

    const missing = await ask('versions@3')
    expect(missing.status).to.equal(404)
    expect(await missing.json()).to.deep.equal({
      detail: 'Model not found: dense_network/versions@3; versions of dense_network/versions: 1, 2',
      code: 'MODEL_NOT_FOUND',
    })
  })
})
