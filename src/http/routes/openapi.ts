import type { RequestHandler } from 'express'

import { sendJsonText } from '../json.js'

/** `GET /openapi.json` */
export function openApi(document: object): RequestHandler {
  const text = JSON.stringify(document)
  return (_req, res) => sendJsonText(res, text)
}
