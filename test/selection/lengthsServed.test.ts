import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'

import { expect } from 'chai'

import { LENGTHS_FILE } from '../../src/card.js'
import type { Card } from '../../src/card.js'
import { readConfig } from '../../src/config/config.js'
import { extractFeatures } from '../../src/features/features.js'
import { createApp } from '../../src/http/app.js'
import { rankResponseSchema } from '../../src/http/rankSchemas.js'
import { errorSchema, inferResponseSchema } from '../../src/http/schemas.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { writeLengths } from '../../src/lengths/lengthsFile.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { plainLength } from '../lengths/plainLengths.js'
import { tinyLengths } from '../lengths/tinyLengths.js'
import { ENCODER, makeSavedModels, writeTrainedModel } from '../savedModels.js'
import { DECISIONS } from '../http/runningApp.js'
import { plainPlace } from './plainDetails.js'

const LLMS = ['a', 'b', 'c']
const COUNTED = [30, 0, 4]
const PROMPTS = ['What is Python?', '', 'word '.repeat(400)]

const { card: spec, model, prior } = tinyLengths(5, { embedding: 384, features: 45, counted: COUNTED })

/** A server with trained models, over real HTTP, held to plain float64 arithmetic. */
describe('lengths over HTTP', () => {
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  let service: Service
  let server: Server
  let url: string
  let card: Card

  before(async () => {
    saved = await makeSavedModels()
    const place = (name: string) => ({ root: saved.root, name })
    const models = { seed: 7, llms: LLMS }
    await writeTrainedModel(place('without'), models)
    card = await writeTrainedModel(place('counted'), models, 'reject', (contents, files) => {
      files.set(LENGTHS_FILE, writeLengths(model, prior))
      return { ...contents, lengths: spec }
    })
    await writeTrainedModel(place('unproven'), models, 'reject', (contents, files) => {
      files.set(LENGTHS_FILE, writeLengths(model, prior))
      files.delete('evidence.safetensors')
      delete contents.evidence
      return { ...contents, lengths: spec }
    })
    await writeTrainedModel(place('damaged'), models, 'reject', (contents, files) => {
      files.set(LENGTHS_FILE, writeLengths(model, prior))
      return { ...contents, lengths: { ...spec, width: 7 } }
    })
    const config = readConfig({ savedModels: saved.root })
    const log = createLogger('error', { silent: true })
    service = await openService(config, log)
    const app = createApp({
      service: service.selection,
      limits: config.limits,
      defaultModel: 'dense_network/default',
      decisions: DECISIONS,
      version: '1',
      log,
    })
    server = await startServer(app, '127.0.0.1', 0)
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    await closeServer(server, 1000)
    await service.close()
    await saved.remove()
  })

  const ask = (name: string, details = true) =>
    fetch(`${url}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: `dense_network/${name}`,
        models_to_score: LLMS,
        prompts: PROMPTS,
        details,
      }),
    })

  for (const name of ['counted', 'unproven']) {
    it(`are in the details of a model that is ${name}, as plain sums have them, to a decimal`, async () => {
      const { details } = inferResponseSchema.parse(await (await ask(name)).json())
      const vectors = await (await service.encoders.get(ENCODER)).embed(PROMPTS)
      for (const [p, { vector }] of vectors.entries()) {
        const inputs = [...vector, ...extractFeatures(PROMPTS[p] ?? '', card.features)]
        for (const [m, llm] of LLMS.entries()) {
          const found = details?.[llm]?.[p]?.output_tokens
          const { familiarity } = plainPlace(vector, card)
          const held = { clusters: prior.clusters, familiarity }
          const expected = plainLength(model, inputs, m, name === 'counted' ? held : undefined)
          for (const field of ['expected', 'median', 'low', 'high'] as const) {
            // Half of a decimal, and float32 products in the exponent.
            const tolerance = 0.051 + 1e-3 * expected[field]
            expect(found?.[field], `${field} of ${llm}`).to.be.closeTo(expected[field], tolerance)
          }
          expect(found?.measured).to.equal((COUNTED[m] ?? NaN) > 0)
        }
      }
    })
  }

  it('are absent if the saved model knows none, and change no score', async () => {
    const without = inferResponseSchema.parse(await (await ask('without')).json())
    for (const detail of Object.values(without.details ?? {}).flat()) {
      expect(detail).to.not.have.property('output_tokens')
    }
    expect(await (await ask('counted', false)).text()).to.equal(await (await ask('without', false)).text())
    const counted = inferResponseSchema.parse(await (await ask('counted')).json())
    expect(counted.scores).to.deep.equal(without.scores)
  })

  it('are what /rank computes costs from, unless the request says how long answers are', async () => {
    const rank = async (name: string, fields: object = {}) => {
      const response = await fetch(`${url}/rank`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model: `dense_network/${name}`,
          prompt: PROMPTS[0],
          candidates: LLMS.map((llm) => ({ name: llm, input_price: 2, output_price: 10 })),
          ...fields,
        }),
      })
      const { prompts } = rankResponseSchema.parse(await response.json())
      return prompts[0]
    }
    const { details } = inferResponseSchema.parse(await (await ask('counted')).json())
    const ranking = await rank('counted')
    expect(ranking?.ranked.map(({ llm }) => llm).sort()).to.deep.equal(LLMS)
    for (const { llm, output_tokens, cost } of ranking?.ranked ?? []) {
      const expected = details?.[llm]?.[0]?.output_tokens?.expected ?? NaN
      expect(output_tokens).to.equal(expected)
      const dollars = ((ranking?.input_tokens ?? NaN) * 2 + expected * 10) / 1e6
      expect(cost).to.be.closeTo(dollars, 1e-12)
    }
    const told = await rank('counted', { output_tokens: 70 })
    for (const { output_tokens } of told?.ranked ?? []) expect(output_tokens).to.equal(70)
    const without = await rank('without')
    for (const { output_tokens, cost } of without?.ranked ?? []) {
      expect([output_tokens, cost]).to.deep.equal([null, null])
    }
  })

  it('that are damaged make the saved model unusable, with the reason', async () => {
    const response = await ask('damaged')
    expect(response.status).to.equal(503)
    const { code, detail } = errorSchema.parse(await response.json())
    expect(code).to.equal('MODEL_BROKEN')
    expect(detail).to.match(
      /dense_network\/damaged cannot be used: lengths\.safetensors does not match: expected the tensor "projection"/,
    )
  })
})
