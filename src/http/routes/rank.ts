import type { RequestHandler } from 'express'

import type { Limits } from '../../config/limits.js'
import type { SelectionService } from '../../selection/service.js'
import { mapYielding } from '../../thread/mapYielding.js'
import { sendJsonText } from '../json.js'
import { parseRankRequest } from '../rankRequest.js'
import { beforeDeadline, requestSignal } from '../requestSignal.js'
import { traceOf } from '../requestTrace.js'

/** `POST /rank` */
export function rank(service: SelectionService, limits: Limits, defaultModel: string): RequestHandler {
  return async (req, res) => {
    const { read, ...request } = parseRankRequest(req.body, limits, defaultModel)
    const signal = requestSignal(res, limits.timeoutMs)
    const { prompts, resolved, suggestions, ...once } = await beforeDeadline(
      service.rank(request, signal, traceOf(res)),
      signal,
    )
    const names = {
      resolved_names: Object.fromEntries(resolved),
      suggestions: Object.fromEntries(suggestions),
    }
    // Written yielding: for many prompts and LLMs it has tens of megabytes.
    const texts = await mapYielding(prompts, (prompt) => JSON.stringify(prompt), signal)
    sendJsonText(
      res,
      `{"prompts":[${texts.join(',')}],${JSON.stringify({ ...names, ...once, read }).slice(1)}`,
    )
  }
}
