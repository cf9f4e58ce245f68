import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * Security headers of every answer. The server speaks plain HTTP, on localhost or behind a proxy, so it promises nothing
 * about HTTPS: no Strict-Transport-Security here, and no upgrade-insecure-requests, which would break the pages.
 */
export const apiHeaders: RequestHandler = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
})

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
