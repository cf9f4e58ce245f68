import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { Logger } from 'winston'
import type { z } from 'zod'

import { ANSWER_CODES, LLimitError, shorten } from '../errors.js'
import type { AnswerCode, ErrorCode } from '../errors.js'
import { sendJson } from './json.js'
import type { errorSchema } from './schemas.js'
import { STATUS } from './status.js'

export const INTERNAL_SENTENCE = 'The server failed to answer this request; the reason is in its log'

/** Refuses every method that the routes of this path before it did not take. */
export function allowOnly(...methods: string[]): RequestHandler {
  const allow = methods.join(', ')
  return (req, res) => {
    res.setHeader('Allow', allow)
    throw new LLimitError('METHOD_NOT_ALLOWED', `${req.method} is not allowed here; allowed: ${allow}`)
  }
}

/** Refuses a path that no route before it took. */
export const notFound: RequestHandler = (req) => {
  throw new LLimitError('NOT_FOUND', `There is nothing at ${shorten(req.path)}; /docs lists what there is`)
}

/** Turns whatever was thrown into an answer; what says 5xx is written to the log with its causes. */
export function handleErrors(log: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    if (isAbort(thrown) && clientLeft(res)) return
    const error = asLLimitError(thrown)
    const status = STATUS[codeOf(error)]
    if (status >= 500) {
      log.error('request failed', { method: req.method, path: req.originalUrl, status, error: thrown })
    }
    if (res.headersSent) {
      // Express cuts the connection: half an answer must not look like a whole one.
      next(thrown)
      return
    }
    res.status(status)
    if (error.retryAfterSeconds !== undefined) res.setHeader('Retry-After', error.retryAfterSeconds)
    sendJson(res, errorBody(error))
  }
}

/** The JSON that a client sees of an error. A 500 says nothing of the inside, whatever its code. */
export function errorBody(error: LLimitError): z.infer<typeof errorSchema> {
  const code = codeOf(error)
  if (STATUS[code] === 500) return { detail: INTERNAL_SENTENCE, code: 'INTERNAL' }
  const body = { detail: error.message, code }
  return error.errors.length === 0 ? body : { ...body, errors: [...error.errors] }
}

/** What ends a command is a fault of ours if it reaches a request. */
function codeOf({ code }: LLimitError): AnswerCode {
  return isAnswerCode(code) ? code : 'INTERNAL'
}

function isAnswerCode(code: ErrorCode): code is AnswerCode {
  return ANSWER_CODES.some((known) => known === code)
}

function asLLimitError(thrown: unknown): LLimitError {
  if (thrown instanceof LLimitError) return thrown
  // What the router throws for a path parameter such as %zz; one from elsewhere has no status.
  if (thrown instanceof URIError && 'status' in thrown) {
    return new LLimitError('INVALID_REQUEST', 'The path is not valid percent-encoding of UTF-8')
  }
  return new LLimitError('INTERNAL', INTERNAL_SENTENCE, { cause: thrown })
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}

function clientLeft(res: Response): boolean {
  return res.closed && !res.writableFinished
}
