import { expect } from 'chai'
import type { AddressInfo } from 'node:net'

import { readConfig } from '../../src/config/config.js'
import { createApp } from '../../src/http/app.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import { Metrics } from '../../src/telemetry/metrics.js'
import { openService } from '../../src/wiring.js'
import { DECISIONS } from '../http/runningApp.js'

const TIERS = new Map([
  ['SIMPLE', ['gpt-4o-mini']],
  ['COMPLEX', ['gpt-4o']],
])

describe('what gateways ask, in the metrics', () => {
  it('has each prompt once, however many questions are asked about it', async () => {
    const config = readConfig({}, {})
    const log = createLogger('error', { silent: true })
    const metrics = new Metrics('1')
    const service = await openService(config, log, metrics)
    const { limits, defaultModel } = config
    const decisions = { ...DECISIONS, tiers: TIERS }
    const app = createApp({
      service: service.selection,
      limits,
      defaultModel,
      decisions,
      metrics,
      version: '1',
      log,
    })
    const server = await startServer(app, '127.0.0.1', 0)
    const ask = async (route: string, body: unknown) => {
      const { port } = server.address() as AddressInfo
      const response = await fetch(`http://127.0.0.1:${port}${route}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(response.status, await response.text()).to.equal(200)
      return response.headers.get('server-timing')
    }
    const question = { type: 'choice', criteria: { SIMPLE: 'short', COMPLEX: 'long' } }
    const choice = {
      type: 'choice',
      instructions: 'Which?',
      choices: [{ value: 'SIMPLE' }, { value: 'COMPLEX' }],
    }
    try {
      const timings = [
        await ask('/v1/systemone', {
          model: 'x',
          state: 'What is Python?',
          questions: { a: question, b: question },
        }),
        await ask('/v1/decisions', { model: 'x', input: 'What is Go?', questions: [choice, choice, choice] }),
        await ask('/classify', { inputs: 'What is Rust?' }),
      ]
      for (const timing of timings) expect(timing).to.match(/\bscore;dur=/)
      const text = await metrics.text()
      expect(text).to.include('llimit_prompts_total 3\n')
      expect(text).to.include('llimit_familiarity_count 3\n')
      const best = [...text.matchAll(/^llimit_best_llm_total\{.*\} (\d+)$/gm)].map(([, n]) => Number(n))
      expect(best.reduce((sum, n) => sum + n, 0)).to.equal(3)
    } finally {
      await closeServer(server, 1000)
      await service.close()
    }
  })
})
