import type { RequestHandler } from 'express'
import type { z } from 'zod'

import { sendJson } from '../json.js'
import type { readySchema } from '../schemas.js'

/**
 * `GET /ready`: whether requests are to be sent here.
 * @param problems why not, a sentence each; none if they are.
 */
export function ready(problems: () => Promise<string[]>): RequestHandler {
  return async (_req, res) => {
    const reasons = await problems()
    const isReady = reasons.length === 0
    const body: z.infer<typeof readySchema> = { status: isReady ? 'ready' : 'not ready', reasons }
    res.status(isReady ? 200 : 503)
    res.setHeader('Cache-Control', 'no-store')
    sendJson(res, body)
  }
}
