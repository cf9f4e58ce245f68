import type { RequestHandler } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import type { DetailedScores, NamedScores } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import { mapYielding } from '../../thread/mapYielding.js'
import { parseInferRequest } from '../inferRequest.js'
import { sendJson, sendJsonText } from '../json.js'
import { beforeDeadline, requestSignal } from '../requestSignal.js'
import { traceOf } from '../requestTrace.js'
import type { inferResponseSchema } from '../schemas.js'

/** `POST /infer` */
export function infer(service: SelectionService, limits: Limits): RequestHandler {
  return async (req, res) => {
    const { details, ...request } = parseInferRequest(req.body, limits)
    const signal = requestSignal(res, limits.timeoutMs)
    if (details) {
      const answer = await beforeDeadline(service.inferWithDetails(request, signal, traceOf(res)), signal)
      sendJsonText(res, await detailedText(answer, signal))
    } else {
      const answer = await beforeDeadline(service.infer(request, signal, traceOf(res)), signal)
      sendJson(res, inferResponse(answer))
    }
  }
}

/** The text of an `inferResponseSchema` with details, written yielding: for many LLMs it has tens of megabytes. */
async function detailedText(
  { details, prompts, ...named }: DetailedScores,
  signal: AbortSignal,
): Promise<string> {
  const members = await mapYielding(
    [...details],
    ([llm, ofPrompts]) => `${JSON.stringify(llm)}:${JSON.stringify(ofPrompts)}`,
    signal,
  )
  const { scores, ...names } = inferResponse(named)
  const before = JSON.stringify({ scores }).slice(0, -1)
  const after = JSON.stringify({ prompts, ...names }).slice(1)
  return `${before},"details":{${members.join(',')}},${after}`
}

// Object.fromEntries defines own keys, also for an LLM that is called __proto__.
function inferResponse({ scores, resolved }: NamedScores): z.infer<typeof inferResponseSchema> {
  const entries = Array.from(scores, ([llm, values]) => [llm, Array.from(values)] as const)
  const answer = { scores: Object.fromEntries(entries) }
  return resolved.size === 0 ? answer : { ...answer, resolved_names: Object.fromEntries(resolved) }
}
