import express from 'express'
import type { Express } from 'express'
import type { Logger } from 'winston'

import type { Limits } from '../config/limits.js'
import type { SelectionService } from '../selection/service.js'
import { acceptJson } from './admission/acceptJson.js'
import { allowOnly, handleErrors, notFound } from './errors.js'
import { apiHeaders } from './headers.js'
import { createOpenApi } from './openapi/document.js'
import { whenAsked } from './pages/whenAsked.js'
import { logRequests } from './requestLog.js'
import { health, openApi, root } from './routes/about.js'
import { infer } from './routes/infer.js'
import { listLimits } from './routes/limits.js'
import { listLlms } from './routes/llms.js'
import { describeModel, listModels } from './routes/models.js'
import { rank } from './routes/rank.js'

interface AppDeps {
  service: SelectionService
  limits: Limits
  /** Saved model of a `POST /rank` or `GET /llms` that names none. */
  defaultModel: string
  /** Of this program, as `GET /health` tells it. */
  version: string
  log: Logger
}

/** Builds the application: every route it has is on this page. It does not listen; `startServer` does. */
export function createApp({ service, limits, defaultModel, version, log }: AppDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')

  if (log.isDebugEnabled()) app.use(logRequests(log))
  app.use(apiHeaders)

  const accept = acceptJson(limits)
  const onlyGet = allowOnly('GET', 'HEAD')
  app.route('/').get(root).all(onlyGet)
  app.route('/health').get(health(version)).all(onlyGet)
  app.route('/infer').post(accept, infer(service, limits)).all(allowOnly('POST'))
  app.route('/limits').get(listLimits(limits)).all(onlyGet)
  app.route('/llms').get(listLlms(service, defaultModel)).all(onlyGet)
  app
    .route('/rank')
    .post(accept, rank(service, limits, defaultModel))
    .all(allowOnly('POST'))
  app.route('/models').get(listModels(service)).all(onlyGet)
  app.route('/models/:type/:name').get(describeModel(service)).all(onlyGet)
  app
    .route('/openapi.json')
    .get(openApi(() => createOpenApi(version, limits)))
    .all(onlyGet)
  app.use(
    '/docs',
    whenAsked(async () => (await import('./pages/swaggerUi.js')).swaggerUiPage()),
  )
  app.use(
    '/redoc',
    whenAsked(async () => (await import('./pages/redoc.js')).redocPage()),
  )

  app.use(notFound)
  app.use(handleErrors(log))
  return app
}
