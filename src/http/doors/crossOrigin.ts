import cors from 'cors'
import type { RequestHandler } from 'express'

/** What pages of other origins may send and read, besides what every page may. */
const SENT = [
  'Content-Type',
  'Authorization',
  'X-API-Key',
  'X-Request-Id',
  'X-Request-Timeout-Ms',
  'Traceparent',
]
const READ = ['Retry-After', 'Server-Timing', 'Traceparent', 'X-Request-Id']

/** For so long a browser need not ask again what it may. */
const MAX_AGE_S = 600

/** Answers browsers that ask whether pages of other origins may use this server. Cookies are never of use here. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: SENT,
    exposedHeaders: READ,
    maxAge: MAX_AGE_S,
  })
}
