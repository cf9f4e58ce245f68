import type { RequestHandler } from 'express'

import type { Limits } from '../../config/limits.js'
import type { Labels } from '../../selection/labels.js'
import { sendJson } from '../json.js'
import { beforeDeadline, requestSignal } from '../requestSignal.js'

/** What every question of a request is about, and how to answer it. */
export interface Asked {
  labels: Labels
  model: string
  prompt: string
  signal: AbortSignal
}

/**
 * A route that answers the body of a request with JSON, before its time is over.
 * @param answer throws LLimitError for what cannot be answered.
 */
export function gatewayRoute(
  limits: Limits,
  answer: (body: unknown, signal: AbortSignal) => Promise<object>,
): RequestHandler {
  return async (req, res) => {
    const signal = requestSignal(res, limits.timeoutMs)
    sendJson(res, await beforeDeadline(answer(req.body, signal), signal))
  }
}
