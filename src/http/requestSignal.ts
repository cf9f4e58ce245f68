import type { ServerResponse } from 'node:http'

import type { Request, RequestHandler, Response } from 'express'

import { LLimitError, shorten } from '../errors.js'

/** Milliseconds that a client gives a request; never more than LLIMIT_TIMEOUT_S. */
export const TIMEOUT_HEADER = 'X-Request-Timeout-Ms'

const controllers = new WeakMap<ServerResponse, AbortController>()

/**
 * Aborted when the client leaves before it has its answer, or when the answer takes too long; the same one for each call with
 * an answer. The time is that of the first call.
 * @throws LLimitError INVALID_REQUEST if the header of the request is not a number of milliseconds.
 */
export function requestSignal(res: Response, timeoutMs: number): AbortSignal {
  const known = controllers.get(res)
  if (known !== undefined) return known.signal
  const ms = Math.min(timeoutMs, givenTimeout(res.req) ?? Infinity)
  const controller = new AbortController()
  const timer = setTimeout(() => {
    const message = `Expected to answer within ${ms / 1000} s, but the request took longer`
    controller.abort(new LLimitError('DEADLINE_EXCEEDED', message))
  }, ms)
  res.on('close', () => {
    clearTimeout(timer)
    if (!res.writableFinished) controller.abort()
  })
  controllers.set(res, controller)
  return controller.signal
}

/**
 * Ends a request early: it is answered with `reason`.
 * @returns false if it has no signal, as it does no work that takes long.
 */
export function cancelRequest(res: ServerResponse, reason: LLimitError): boolean {
  const controller = controllers.get(res)
  controller?.abort(reason)
  return controller !== undefined
}

/** Tells when a request that has a signal has ended, and whether it was answered with what it asked for. */
export function whenEnded(tell: (signal: AbortSignal, isAnswered: boolean) => void): RequestHandler {
  return (_req, res, next) => {
    res.on('close', () => {
      const controller = controllers.get(res)
      if (controller !== undefined) tell(controller.signal, res.writableFinished && res.statusCode < 400)
    })
    next()
  }
}

/** Starts the time of a request whose client waits less long than others, before its body is read. */
export function startTimer(timeoutMs: number): RequestHandler {
  return (_req, res, next) => {
    requestSignal(res, timeoutMs)
    next()
  }
}

/**
 * What `work` resolves to, unless the time of the request is over first, whatever the work does with its signal. Of a client
 * that has left nobody is told: the end of the work is waited for, as a failure of it is still of interest.
 * @throws LLimitError DEADLINE_EXCEEDED, the reason of `signal`; the error of the work.
 */
export async function beforeDeadline<T>(work: T | Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      if (signal.reason instanceof LLimitError) reject(signal.reason)
    }
  })
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([work, deadline])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function givenTimeout(req: Request): number | undefined {
  const given = req.get(TIMEOUT_HEADER)
  if (given === undefined) return undefined
  const ms = Number(given)
  if (/^\d+$/.test(given) && ms >= 1) return ms
  const message = `expected an integer of milliseconds, 1 or more, got ${shorten(given)}`
  throw new LLimitError('INVALID_REQUEST', `${TIMEOUT_HEADER}: ${message}`)
}
