import type { RequestHandler } from 'express'
import type { z } from 'zod'

import { sendJson, sendJsonText } from '../json.js'
import type { healthSchema, rootSchema } from '../schemas.js'

/** `GET /` */
export const root: RequestHandler = (_req, res) => {
  const body: z.infer<typeof rootSchema> = {
    message: 'LLimit Model Selection API',
    docs: '/docs',
    health: '/health',
  }
  sendJson(res, body)
}

/** `GET /health`: answers whenever the process lives, whatever the models do. */
export function health(version: string): RequestHandler {
  const body: z.infer<typeof healthSchema> = { status: 'healthy', version }
  return (_req, res) => sendJson(res, body)
}

/** `GET /openapi.json`: made by the first request for it. */
export function openApi(create: () => object): RequestHandler {
  let text: string | undefined
  return (_req, res) => {
    text ??= JSON.stringify(create())
    sendJsonText(res, text)
  }
}
