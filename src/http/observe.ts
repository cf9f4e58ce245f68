import { randomUUID } from 'node:crypto'

import type { Request, RequestHandler } from 'express'

import type { Metrics } from '../telemetry/metrics.js'
import { RequestTrace } from '../telemetry/requestTrace.js'
import type { AccessLog } from './accessLog.js'
import { requestIdOf } from './requestId.js'
import { startTrace } from './requestTrace.js'

/** Of a request whose client left before it was answered, as nginx counts it. */
const CLIENT_LEFT = 499

/** The route of a request that no route is for: its path is anything. */
const NO_ROUTE = 'none'
const NO_METHOD = 'none'

/**
 * Passes the id of each request, and the trace that it is part of, on in the headers of its answer; counts it, and writes a
 * line of it.
 */
export function observeRequests(accessLog?: AccessLog, metrics?: Metrics): RequestHandler {
  let inFlight = 0
  metrics?.gauge('in_flight_requests', () => inFlight)
  return (req, res, next) => {
    const { id, traceparent, traceId } = requestIdOf(req.headers)
    res.setHeader('X-Request-Id', id)
    if (traceparent !== undefined) res.setHeader('Traceparent', traceparent)
    const trace = startTrace(res)
    inFlight++
    res.on('close', () => {
      inFlight--
      const status = res.writableFinished ? res.statusCode : CLIENT_LEFT
      const route = routeOf(req)
      const ms = trace.elapsedMs
      metrics?.requestEnded({ route, status, seconds: ms / 1000, trace })
      const ids = traceId === undefined ? { id } : { id, traceId }
      accessLog?.write({ ...ids, method: req.method, route, status, ms, trace })
    })
    next()
  }
}

/** Told of an answer to what never became a request. @returns the id that it is to be given. */
export type ObserveUnparsed = (status: number) => string

/** Counts such answers, and writes a line of each: of what was asked nothing is known. */
export function observeUnparsed(accessLog?: AccessLog, metrics?: Metrics): ObserveUnparsed {
  return (status) => {
    const id = randomUUID()
    const trace = new RequestTrace()
    metrics?.requestEnded({ route: NO_ROUTE, status, seconds: 0, trace })
    accessLog?.write({ id, method: NO_METHOD, route: NO_ROUTE, status, ms: 0, trace })
    return id
  }
}

/** The pattern that the application has for the path, so that there are few. */
function routeOf(req: Request): string {
  const route = req.route as { path: string } | undefined
  if (route === undefined) return NO_ROUTE
  const pattern = `${req.baseUrl}${route.path}`
  return pattern.length > 1 && pattern.endsWith('/') ? pattern.slice(0, -1) : pattern
}
