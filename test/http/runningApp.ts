import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { Writable } from 'node:stream'

import { OPEN } from '../../src/config/doors.js'
import type { Doors } from '../../src/config/doors.js'
import { readConfig } from '../../src/config/config.js'
import type { Limits } from '../../src/config/limits.js'
import { AccessLog } from '../../src/http/accessLog.js'
import { createApp } from '../../src/http/app.js'
import type { DecisionSettings } from '../../src/http/app.js'
import { llmList, modelDescription, modelSummary } from '../../src/http/openapi/examples.js'
import { rankAnswer } from '../../src/http/openapi/rankExamples.js'
import { observeUnparsed } from '../../src/http/observe.js'
import { closeServer, startServer } from '../../src/http/server.js'
import { createLogger } from '../../src/log.js'
import type { Report } from '../../src/feedback/report.js'
import type { SelectionService } from '../../src/selection/service.js'
import { Metrics } from '../../src/telemetry/metrics.js'

export const LIMITS: Limits = {
  ...readConfig({}, {}).limits,
  bodyBytes: 10_000,
  prompts: 5,
  llms: 4,
  promptChars: 1000,
  timeoutMs: 500,
}

/** How gateways are answered. */
export const DECISIONS: DecisionSettings = {
  objective: { type: 'sufficient' },
  abstains: undefined,
  tiers: new Map(),
  timeoutMs: 3000,
}

export const INFER = {
  model: 'dense_network/default',
  models_to_score: ['a', 'b'],
  prompts: ['one', 'two'],
}

/** Scores prompt p for LLM l as l + p / 10, in float32. */
export const fakeService: SelectionService = {
  infer: ({ llms, prompts }) =>
    Promise.resolve({
      scores: new Map(llms.map((llm, l) => [llm, Float32Array.from(prompts, (_, p) => l + p / 10)])),
      resolved: new Map(),
    }),
  inferWithDetails: ({ llms, prompts }) =>
    Promise.resolve({
      scores: new Map(llms.map((llm) => [llm, Float32Array.from(prompts, () => 0.5)])),
      resolved: new Map(),
      details: new Map(
        llms.map((llm) => [
          llm,
          prompts.map(() => ({
            probability: 0.5,
            low: 0.25,
            high: 0.75,
            evidence: 3,
            judged_on_this_kind: false,
            standard_error: 0.4,
          })),
        ]),
      ),
      prompts: prompts.map(({ length }) => ({
        tokens: length,
        truncated: false,
        familiarity: null,
        category: null,
      })),
    }),
  observe: ({ llms, prompts }) =>
    Promise.resolve({
      scored: {
        scores: new Map(llms.map((llm) => [llm, Float32Array.from(prompts, () => 0.5)])),
        rows: new Map(),
        embedded: prompts.map(({ length }) => ({
          vector: Float32Array.of(length, 0.5),
          tokens: length,
          truncated: false,
        })),
        evidence: undefined,
        places: prompts.map(() => ({ region: 0, familiarity: 0.25 })),
        features: prompts.map(() => Float32Array.of(1, 2, 3)),
        lengths: undefined,
        maxTokens: 256,
      },
      resolved: new Map(llms.filter((llm) => llm.includes('/')).map((llm) => [llm, llm.replace(/.*\//, '')])),
      card: modelDescription.card,
      encoder: 'e1',
    }),
  rank: ({ candidates = [], withSufficiency = false }) => {
    const sufficiency = new Map(candidates.map(({ llm }) => [llm, 1 / candidates.length]))
    const prompts = rankAnswer.prompts.map((prompt) =>
      withSufficiency ? { ...prompt, sufficiency } : prompt,
    )
    return Promise.resolve({ ...rankAnswer, prompts })
  },
  listModels: () => Promise.resolve([modelSummary]),
  describeModel: () => Promise.resolve(modelDescription),
  listLlms: () => Promise.resolve(llmList),
}

export interface RunningApp {
  url: string
  port: number
  server: Server
  /** What the log says, a parsed JSON object per line. */
  lines: Record<string, unknown>[]
  /** Outcomes that were reported. */
  reported: Report[]
  /** Why it is not ready; a test changes it. */
  problems: string[]
}

/** Serves the application while the tests of the enclosing `describe` run. */
export function useApp(
  service: Partial<SelectionService> = {},
  limits: Partial<Limits> = {},
  decisions: Partial<DecisionSettings> = {},
  doors: Partial<Doors> = {},
): RunningApp {
  const lines: Record<string, unknown>[] = []
  const accessLog = new AccessLog(collect(lines), { isText: false })
  const metrics = new Metrics('1.0.0')
  const app = {} as RunningApp
  const reported: Report[] = []
  const append = (reports: readonly Report[]) => {
    reported.push(...reports)
    return Promise.resolve({ accepted: reports.length, known: 0 })
  }
  before(async () => {
    const own = { ...LIMITS, ...limits }
    const server = await startServer(
      createApp({
        service: { ...fakeService, ...service },
        limits: own,
        defaultModel: 'dense_network/default',
        decisions: { ...DECISIONS, ...decisions },
        version: '1.0.0',
        log: createLogger('debug', { stream: collect(lines) }),
        doors: { ...OPEN, ...doors },
        reports: { log: { append }, keepsPrompts: false },
        accessLog,
        metrics,
        metricsText: () => metrics.text(),
        problems: () => Promise.resolve(app.problems),
      }),
      '127.0.0.1',
      0,
      own,
      observeUnparsed(accessLog, metrics),
    )
    const { port } = server.address() as AddressInfo
    Object.assign(app, { url: `http://127.0.0.1:${port}`, port, server, lines, reported, problems: [] })
  })
  after(() => {
    accessLog.flush()
    return closeServer(app.server, 1000)
  })
  return app
}

/** Posts a value as JSON, or a string or bytes as they are. */
export function post(
  app: RunningApp,
  body: unknown,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  path = '/infer',
): Promise<Response> {
  const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  return fetch(`${app.url}${path}`, { method: 'POST', headers, body: raw })
}

export interface ErrorBody {
  detail: string
  code: string
  errors?: { path: string; message: string }[]
}

export async function errorOf(response: Response): Promise<ErrorBody> {
  return (await response.json()) as ErrorBody
}

function collect(lines: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split('\n')) {
        lines.push(JSON.parse(line) as Record<string, unknown>)
      }
      done()
    },
  })
}
