import type { RequestHandler, Response } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config.js'
import { LLimitError } from '../../errors.js'
import type { Scores } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import { parseInferRequest } from '../inferRequest.js'
import { sendJson } from '../json.js'
import type { inferResponseSchema } from '../schemas.js'

/** `POST /infer` */
export function infer(service: SelectionService, limits: Limits): RequestHandler {
  return async (req, res) => {
    const request = parseInferRequest(req.body, limits)
    const scores = await service.infer(request, givenUp(res, limits.timeoutMs))
    sendJson(res, inferResponse(scores))
  }
}

// Object.fromEntries defines own keys, also for an LLM that is called __proto__.
function inferResponse(scores: Scores): z.infer<typeof inferResponseSchema> {
  const entries = Array.from(scores, ([llm, values]) => [llm, Array.from(values)] as const)
  return { scores: Object.fromEntries(entries) }
}

/** Aborted when the client goes before it has its answer, or when the answer takes too long. */
function givenUp(res: Response, timeoutMs: number): AbortSignal {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    const sentence = `The request took longer than the ${timeoutMs / 1000} s it may take`
    controller.abort(new LLimitError('DEADLINE_EXCEEDED', sentence))
  }, timeoutMs)
  res.on('close', () => {
    clearTimeout(timer)
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}
