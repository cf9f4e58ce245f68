import type { RequestHandler } from 'express'
import type { z } from 'zod'

import type { Limits } from '../../config/limits.js'
import type { Labels } from '../../selection/labels.js'
import type { SharedEmbeddings } from '../../selection/ranking.js'
import type { RequestTrace } from '../../telemetry/requestTrace.js'
import { Turns } from '../../thread/turns.js'
import { invalidRequest } from '../inferRequest.js'
import { sendJson } from '../json.js'
import { beforeDeadline, requestSignal } from '../requestSignal.js'
import { traceOf } from '../requestTrace.js'

/** What every question of a request is about, and how to answer it. */
export interface Asked {
  labels: Labels
  model: string
  prompt: string
  shared: SharedEmbeddings
  signal: AbortSignal
  trace: RequestTrace | undefined
}

/**
 * A route that answers the body of a request with JSON, before its time is over.
 * @param schema of the body
 * @param answer throws LLimitError for what cannot be answered.
 */
export function gatewayRoute<S extends z.ZodType>(
  limits: Limits,
  schema: S,
  answer: (body: z.output<S>, signal: AbortSignal, trace: RequestTrace | undefined) => Promise<object>,
): RequestHandler {
  return async (req, res) => {
    const signal = requestSignal(res, limits.timeoutMs)
    const parsed = schema.safeParse(req.body, { reportInput: true })
    if (!parsed.success) throw invalidRequest(parsed.error.issues)
    sendJson(res, await beforeDeadline(answer(parsed.data, signal, traceOf(res)), signal))
  }
}

/**
 * The answers to several questions, one after the other. It yields between them: hundreds with hundreds of labels take a while.
 * @param signal looked at whenever it yields.
 */
export async function answerEach<Q, A>(
  questions: readonly Q[],
  answer: (question: Q) => Promise<A>,
  signal: AbortSignal,
): Promise<A[]> {
  const answers: A[] = []
  const turns = new Turns(signal)
  for (const question of questions) {
    if (turns.isOver) await turns.next()
    answers.push(await answer(question))
  }
  return answers
}
