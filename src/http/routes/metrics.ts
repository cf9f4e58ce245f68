import type { RequestHandler } from 'express'

/** The text format of Prometheus, and of all that read it. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** `GET /metrics`, of all processes of this server. */
export function metricsPage(text: () => Promise<string>): RequestHandler {
  return async (_req, res) => {
    const page = await text()
    res.setHeader('Content-Type', CONTENT_TYPE)
    res.setHeader('Content-Length', Buffer.byteLength(page))
    res.setHeader('Cache-Control', 'no-store')
    res.end(page)
  }
}
