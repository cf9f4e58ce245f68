import type { RequestHandler, Response } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config.js'
import type { Scores } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import { parseInferRequest } from '../inferRequest.js'
import { sendJson } from '../json.js'
import type { inferResponseSchema } from '../schemas.js'

/** `POST /infer` */
export function infer(service: SelectionService, limits: Limits): RequestHandler {
  return async (req, res) => {
    const request = parseInferRequest(req.body, limits)
    const scores = await service.infer(request, abortedWhenClientLeaves(res))
    sendJson(res, inferResponse(scores))
  }
}

// Object.fromEntries defines own keys, also for an LLM that is called __proto__.
function inferResponse(scores: Scores): z.infer<typeof inferResponseSchema> {
  const entries = Array.from(scores, ([llm, values]) => [llm, Array.from(values)] as const)
  return { scores: Object.fromEntries(entries) }
}

function abortedWhenClientLeaves(res: Response): AbortSignal {
  const controller = new AbortController()
  res.on('close', () => {
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}
