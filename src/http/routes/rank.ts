import type { RequestHandler } from 'express'

import type { Limits } from '../../config/limits.js'
import type { PromptRanking } from '../../selection/ranking.js'
import type { SelectionService } from '../../selection/service.js'
import { sendJsonPieces } from '../json.js'
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
    await sendJsonPieces(res, rankingPieces(prompts, { ...names, ...once, read }), signal)
  }
}

/** The text of an answer, prompt by prompt: for many prompts and LLMs it has tens of megabytes. */
function* rankingPieces(prompts: Iterable<PromptRanking>, once: object): Generator<string> {
  let before = '{"prompts":['
  for (const prompt of prompts) {
    yield before + JSON.stringify(prompt)
    before = ','
  }
  yield `],${JSON.stringify(once).slice(1)}`
}
