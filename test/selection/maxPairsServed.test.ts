import { mkdtemp, rm } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'

import { expect } from 'chai'

import { readConfig } from '../../src/config/config.js'
import { createApp } from '../../src/http/app.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import { openService } from '../../src/wiring.js'
import type { Service } from '../../src/wiring.js'
import { DECISIONS } from '../http/runningApp.js'
import { writeStaticModel } from '../staticModel.js'

describe('a request with too many prompts times LLMs', () => {
  const model = 'dense_network/tiny'
  let root: string
  let service: Service
  let server: Server

  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'llimit-test-'))
    await writeStaticModel(root)
    const config = readConfig({ savedModels: root, preload: '', maxPairs: '6' }, {})
    const log = createLogger('error')
    service = await openService(config, log)
    const own = { service: service.selection, limits: config.limits, decisions: DECISIONS }
    server = await startServer(createApp({ ...own, defaultModel: model, version: '1', log }), '127.0.0.1', 0)
  })
  after(async () => {
    await closeServer(server, 1000)
    await service.close()
    await rm(root, { recursive: true, force: true })
  })

  const post = (route: string, body: object) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('is told so, also where all LLMs are meant', async () => {
    const prompts = ['one', 'two', 'three']
    for (const [route, body] of [
      ['/infer', { model, models_to_score: ['*'], prompts }],
      ['/infer', { model, models_to_score: ['a', 'b', 'c'], prompts, details: true }],
      ['/rank', { prompts }],
    ] as const) {
      const response = await post(route, body)
      expect(response.status, route).to.equal(413)
      expect(await response.json()).to.have.property(
        'detail',
        'body: expected at most 6 pairs of a prompt and an LLM, got 9; LLIMIT_MAX_PAIRS sets the limit',
      )
    }
    const within = { model, models_to_score: ['*'], prompts: prompts.slice(1) }
    expect((await post('/infer', within)).status).to.equal(200)
  })
})
