import type { RequestHandler } from 'express'
import type { Logger } from 'winston'

/** Writes one line per answered or abandoned request, at level debug. */
export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const start = performance.now()
    res.on('close', () => {
      const ms = Math.round((performance.now() - start) * 1000) / 1000
      const outcome = res.writableFinished ? { status: res.statusCode } : { aborted: true }
      log.debug('request', { method: req.method, path: req.originalUrl, ...outcome, ms })
    })
    next()
  }
}
