import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'

import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * Security headers of every answer. The server speaks plain HTTP, on localhost or behind a proxy, so it promises nothing
 * about HTTPS: no Strict-Transport-Security here, and no upgrade-insecure-requests, which would break the pages.
 */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
})

export const apiHeaders: RequestHandler = securityHeaders

/** The same as lines, for an answer to what never becomes a request. */
export function apiHeaderLines(): string[] {
  const res = new ServerResponse(new IncomingMessage(new Socket()))
  securityHeaders(res.req, res, () => undefined)
  return Object.entries(res.getHeaders()).map(([name, value]) => `${name}: ${String(value)}`)
}

/**
 * Content-Security-Policy of a page: scripts, styles and data from this server alone.
 * @param scripts further sources of scripts, such as the hash of an inline one
 */
export function pagePolicy(...scripts: string[]): RequestHandler {
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", ...scripts],
      // Swagger UI and Redoc both write style elements and style attributes while they run.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      // Redoc starts its search index from a blob.
      workerSrc: ['blob:'],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  })
}
