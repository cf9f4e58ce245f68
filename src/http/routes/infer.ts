import type { RequestHandler } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import { valueAt } from '../../numeric/at.js'
import type { DetailedScores, NamedScores } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import { parseInferRequest } from '../inferRequest.js'
import { sendJson, sendJsonPieces } from '../json.js'
import { beforeDeadline, requestSignal } from '../requestSignal.js'
import { traceOf } from '../requestTrace.js'
import type { inferResponseSchema } from '../schemas.js'

/** An answer of more scores takes longer to write than the event loop should work on one request. */
const MAX_SCORES_AT_ONCE = 10_000

/** `POST /infer` */
export function infer(service: SelectionService, limits: Limits): RequestHandler {
  return async (req, res) => {
    const { details, ...request } = parseInferRequest(req.body, limits)
    const signal = requestSignal(res, limits.timeoutMs)
    if (details) {
      const answer = await beforeDeadline(service.inferWithDetails(request, signal, traceOf(res)), signal)
      await sendJsonPieces(res, detailedPieces(answer), signal)
      return
    }
    const answer = await beforeDeadline(service.infer(request, signal, traceOf(res)), signal)
    const scores = answer.scores.size * request.prompts.length
    if (scores <= MAX_SCORES_AT_ONCE) sendJson(res, inferResponse(answer))
    else await sendJsonPieces(res, scoredPieces(answer), signal)
  }
}

// Object.fromEntries defines own keys, also for an LLM that is called __proto__.
function inferResponse({ scores, resolved }: NamedScores): z.infer<typeof inferResponseSchema> {
  const entries = Array.from(scores, ([llm, values]) => [llm, Array.from(values)] as const)
  const answer = { scores: Object.fromEntries(entries) }
  return resolved.size === 0 ? answer : { ...answer, resolved_names: Object.fromEntries(resolved) }
}

/** The text of an `inferResponse`, LLM by LLM. */
function* scoredPieces({ scores, resolved }: NamedScores): Generator<string> {
  yield* piecesOfScores(scores)
  yield resolved.size === 0 ? '}' : `,${JSON.stringify(namesOf(resolved)).slice(1)}`
}

/** The same with details. */
function* detailedPieces({ scores, details, prompts, resolved }: DetailedScores): Generator<string> {
  yield* piecesOfScores(scores)
  yield ',"details":{'
  let isFirst = true
  for (const [llm, ofPrompts] of details) {
    yield `${isFirst ? '' : ','}${JSON.stringify(llm)}:${JSON.stringify(ofPrompts)}`
    isFirst = false
  }
  yield '},"prompts":['
  isFirst = true
  for (const prompt of prompts) {
    yield isFirst ? JSON.stringify(prompt) : `,${JSON.stringify(prompt)}`
    isFirst = false
  }
  yield resolved.size === 0 ? ']}' : `],${JSON.stringify(namesOf(resolved)).slice(1)}`
}

/** `{"scores":{…}`, the LLMs in the order in which an object has them as keys. */
function* piecesOfScores(scores: NamedScores['scores']): Generator<string> {
  yield '{"scores":{'
  const keys = Object.keys(Object.fromEntries(Array.from(scores.keys(), (llm) => [llm, true])))
  for (const [i, llm] of keys.entries()) {
    const text = JSON.stringify(Array.from(valueAt(scores, llm)))
    yield `${i === 0 ? '' : ','}${JSON.stringify(llm)}:${text}`
  }
  yield '}'
}

function namesOf(resolved: NamedScores['resolved']) {
  return { resolved_names: Object.fromEntries(resolved) }
}
