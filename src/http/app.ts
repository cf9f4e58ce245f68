import express from 'express'
import type { Express } from 'express'
import type { Logger } from 'winston'

import { OPEN } from '../config/doors.js'
import type { Doors } from '../config/doors.js'
import type { Limits } from '../config/limits.js'
import { Labels } from '../selection/labels.js'
import type { SelectionService } from '../selection/service.js'
import type { Shadow } from '../selection/shadow/shadow.js'
import type { Tiers } from '../selection/tiers.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { AccessLog } from './accessLog.js'
import { acceptJson } from './admission/acceptJson.js'
import { answerRejected } from './admission/rejections.js'
import type { GatewayObjective } from './compactObjective.js'
import { classify } from './decisions/classify.js'
import { decisions } from './decisions/decisions.js'
import { openAiErrors, systemOneErrors } from './decisions/errorForms.js'
import { systemOne } from './decisions/systemOne.js'
import { OPEN_PATHS, requireKey } from './doors/apiKeys.js'
import { underBasePath } from './doors/basePath.js'
import { allowOnly, handleErrors, notFound } from './errors.js'
import { apiHeaders } from './headers.js'
import { createOpenApi } from './openapi/document.js'
import { whenAsked } from './pages/whenAsked.js'
import { observeRequests } from './observe.js'
import { health, openApi, root } from './routes/about.js'
import { startTimer, whenEnded } from './requestSignal.js'
import { infer } from './routes/infer.js'
import { listLimits } from './routes/limits.js'
import { listLlms } from './routes/llms.js'
import { metricsPage } from './routes/metrics.js'
import type { Reports } from './routes/outcomes.js'
import { describeModel, listModels, listOpenAiModels } from './routes/models.js'
import { rank } from './routes/rank.js'
import { ready } from './routes/ready.js'

/** How gateways are answered. */
export interface DecisionSettings extends GatewayObjective {
  tiers: Tiers
  timeoutMs: number
}

interface AppDeps {
  service: SelectionService
  limits: Limits
  /** Saved model of a request that need not name one. */
  defaultModel: string
  decisions: DecisionSettings
  /** Of this program, as `GET /health` tells it. */
  version: string
  log: Logger
  /** Gets a line for each request; none are written by default. */
  accessLog?: AccessLog
  /** Counts what `metricsText` tells. */
  metrics?: Metrics
  /** The page of `GET /metrics`; there is none by default. */
  metricsText?: () => Promise<string>
  /** Why no requests are to be sent here, a sentence each; none by default. */
  problems?: () => Promise<string[]>
  /** Where reported outcomes go; none are taken by default. */
  reports?: Reports
  /** Told when requests have ended. */
  shadow?: Pick<Shadow, 'requestEnded'>
  /** Open by default. */
  doors?: Doors
}

/** Of routes whose clients know other errors than ours. */
const ERROR_FORMS = new Map([
  ['/v1/systemone', systemOneErrors],
  ['/v1/decisions', openAiErrors],
  ['/v1/models', openAiErrors],
])

/** Builds the application: every route it has is on this page. It does not listen; `startServer` does. */
export function createApp(deps: AppDeps): Express {
  const { service, limits, defaultModel, decisions: own, version, log } = deps
  const {
    accessLog,
    metrics,
    metricsText,
    problems = () => Promise.resolve([]),
    doors = OPEN,
    reports,
    shadow,
  } = deps
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')

  app.use(observeRequests(accessLog, metrics))
  if (shadow !== undefined)
    app.use(whenEnded((signal, isAnswered) => shadow.requestEnded(signal, isAnswered)))
  app.use(apiHeaders)
  if (doors.basePath !== '') app.use(underBasePath(doors.basePath))
  const { corsOrigins } = doors
  if (corsOrigins.length > 0) {
    app.use(whenAsked(async () => (await import('./doors/crossOrigin.js')).allowOrigins(corsOrigins)))
  }
  app.use(answerRejected())
  if (doors.keyHashes.length > 0) {
    app.use(requireKey(doors.keyHashes, doors.metrics === 'open' ? [...OPEN_PATHS, '/metrics'] : OPEN_PATHS))
  }

  const accept = acceptJson(limits)
  const onlyGet = allowOnly('GET', 'HEAD')
  const onlyPost = allowOnly('POST')
  app.route('/').get(root).all(onlyGet)
  app.route('/health').get(health(version)).all(onlyGet)
  app.route('/ready').get(ready(problems)).all(onlyGet)
  if (metricsText !== undefined && doors.metrics !== 'off')
    app.route('/metrics').get(metricsPage(metricsText)).all(onlyGet)
  app.route('/infer').post(accept, infer(service, limits)).all(onlyPost)
  app.route('/limits').get(listLimits(limits)).all(onlyGet)
  app.route('/llms').get(listLlms(service, defaultModel)).all(onlyGet)
  app
    .route('/rank')
    .post(accept, rank(service, limits, defaultModel))
    .all(onlyPost)
  const whenReported = whenAsked(async () => {
    const { outcomes } = await import('./routes/outcomes.js')
    return outcomes({ service, limits, defaultModel, reports })
  })
  app
    .route('/outcomes')
    .post(reports === undefined ? [] : accept, whenReported)
    .all(onlyPost)
  app.route('/models').get(listModels(service)).all(onlyGet)
  app.route('/models/:type/:name').get(describeModel(service)).all(onlyGet)
  const labels = new Labels(service, { ...own, defaultModel })
  const acceptInTime = [startTimer(own.timeoutMs), accept]
  app.route('/v1/systemone').post(acceptInTime, systemOne(labels, limits)).all(onlyPost)
  app.route('/v1/decisions').post(acceptInTime, decisions(labels, limits)).all(onlyPost)
  app.route('/v1/models').get(listOpenAiModels(service)).all(onlyGet)
  app.route('/classify').post(acceptInTime, classify(labels, limits)).all(onlyPost)
  app
    .route('/openapi.json')
    .get(openApi(() => createOpenApi(version, limits)))
    .all(onlyGet)
  app.use(
    '/playground',
    whenAsked(async () => (await import('./pages/playground.js')).playgroundPage()),
  )
  app.use(
    '/docs',
    whenAsked(async () => (await import('./pages/swaggerUi.js')).swaggerUiPage()),
  )
  app.use(
    '/redoc',
    whenAsked(async () => (await import('./pages/redoc.js')).redocPage()),
  )

  app.use(notFound)
  app.use(handleErrors(log, ERROR_FORMS))
  return app
}
