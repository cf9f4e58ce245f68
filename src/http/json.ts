import type { Response } from 'express'

import { serverTiming, traceOf } from './requestTrace.js'

/**
 * Ends the answer with a JSON value. Unlike `res.json` the content type has no charset parameter, because JSON has none
 * (RFC 8259, section 11) and LLimit v1 sends none.
 */
export function sendJson(res: Response, body: unknown): void {
  sendJsonText(res, JSON.stringify(body))
}

/** `sendJson` for a value that is JSON text already. */
export function sendJsonText(res: Response, text: string): void {
  const trace = traceOf(res)
  if (trace !== undefined) {
    trace.lap('write')
    res.setHeader('Server-Timing', serverTiming(trace))
  }
  res.setHeader('Content-Type', 'application/json')
  res.setHeader('Content-Length', Buffer.byteLength(text))
  res.end(text)
}
