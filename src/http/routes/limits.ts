import type { RequestHandler } from 'express'
import type { z } from 'zod'

import { LIMIT_NAMES, limitFacts } from '../../config/limits.js'
import type { Limits } from '../../config/limits.js'
import { sendJsonText } from '../json.js'
import type { limitListSchema } from '../schemas.js'

/** `GET /limits` */
export function listLimits(limits: Limits): RequestHandler {
  const text = JSON.stringify(limitList(limits))
  return (_req, res) => sendJsonText(res, text)
}

export function limitList(limits: Limits): z.infer<typeof limitListSchema> {
  const list = LIMIT_NAMES.map((name) => {
    const { unit, status, variable } = limitFacts(name)
    return { name, limit: limits[name], unit, setting: variable, status }
  })
  return { limits: list }
}
