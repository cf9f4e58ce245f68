import type { Response } from 'express'

import { LLimitError } from '../errors.js'

/** Aborted when the client leaves before it has its answer, or when the answer takes too long. */
export function requestSignal(res: Response, timeoutMs: number): AbortSignal {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    const message = `Expected to answer within ${timeoutMs / 1000} s, but the request took longer`
    controller.abort(new LLimitError('DEADLINE_EXCEEDED', message))
  }, timeoutMs)
  res.on('close', () => {
    clearTimeout(timer)
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}
