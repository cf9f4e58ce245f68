import type { ServerResponse } from 'node:http'

import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import type { Logger } from 'winston'
import type { z } from 'zod'

import { ANSWER_CODES, isPassingFailure, LLimitError, MAX_CAUSES, shorten } from '../errors.js'
import type { AnswerCode, ErrorCode } from '../errors.js'
import { sendJson } from './json.js'
import type { errorSchema } from './schemas.js'
import { STATUS } from './status.js'

export const INTERNAL_MESSAGE = 'Internal error; the reason is in the log of the server'

/** Rejects every method that no route of this path before it handled. */
export function allowOnly(...methods: string[]): RequestHandler {
  const allow = methods.join(', ')
  const expected = methods.join(' or ')
  return (req, res) => {
    res.setHeader('Allow', allow)
    throw new LLimitError('METHOD_NOT_ALLOWED', `Expected the method ${expected}, got ${req.method}`)
  }
}

/** Rejects a path that no route before it handled. */
export const notFound: RequestHandler = (req) => {
  throw new LLimitError('NOT_FOUND', `Not found: ${shorten(req.path)}`)
}

/** How the clients of a route want to be told of an error. */
export interface ErrorForm {
  status: Record<AnswerCode, number>
  /** @param error whose message and faults may be seen, since `code` is not that of a 500 */
  body: (error: Pick<LLimitError, 'message' | 'errors'>, code: AnswerCode) => object
}

export const ownForm: ErrorForm = {
  status: STATUS,
  body: ({ message, errors }, code): z.infer<typeof errorSchema> => {
    const body = { detail: message, code }
    return errors.length === 0 ? body : { ...body, errors: [...errors] }
  },
}

/**
 * Turns whatever was thrown into an answer; a 5xx is written to the log with its causes, once for each cause: a failure that is
 * remembered, such as that of a broken saved model, would fill the log.
 * @param forms of the routes at or below a path; ours elsewhere
 */
export function handleErrors(
  log: Logger,
  forms: ReadonlyMap<string, ErrorForm> = new Map(),
): ErrorRequestHandler {
  const logged = new WeakSet()
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- by four parameters Express knows that it handles errors
  return (thrown: unknown, req, res, _next) => {
    if (isAbort(thrown) && clientLeft(res)) return
    const error = asLLimitError(thrown)
    const form = formAt(req.path, forms)
    const status = form.status[codeOf(error)]
    const cause = firstCause(thrown)
    if (status >= 500 && !logged.has(cause)) {
      logged.add(cause)
      log.error('request failed', { method: req.method, path: req.path, status, error: thrown })
    }
    if (res.headersSent) {
      // Half an answer must not look like a whole one.
      req.socket.destroy()
      return
    }
    res.status(status)
    if (error.retryAfterSeconds !== undefined) res.setHeader('Retry-After', error.retryAfterSeconds)
    sendJson(res, errorBody(error, form))
  }
}

/** Of what was not thrown as an error, a new object each time. */
function firstCause(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { thrown }
  let error = thrown
  for (let depth = 0; depth < MAX_CAUSES && error.cause instanceof Error; depth++) error = error.cause
  return error
}

/** Told by the path: a handler that is mounted at it would see requests without it, and so would the log. */
function formAt(path: string, forms: ReadonlyMap<string, ErrorForm>): ErrorForm {
  for (const [root, form] of forms) if (path === root || path.startsWith(`${root}/`)) return form
  return ownForm
}

/** The JSON that a client sees of an error. A 500 says nothing about internals, whatever its code. */
export function errorBody(error: LLimitError, form: ErrorForm = ownForm): object {
  const code = codeOf(error)
  if (STATUS[code] === 500) return form.body({ message: INTERNAL_MESSAGE, errors: [] }, 'INTERNAL')
  return form.body(error, code)
}

/** Answers a request that the application does not answer, or not in time, and closes its connection. */
export function answerEarly(res: ServerResponse, status: number, error: LLimitError): void {
  const body = JSON.stringify(errorBody(error))
  const { retryAfterSeconds } = error
  res.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': retryAfterSeconds }),
    Connection: 'close',
  })
  res.end(body)
}

/** A code that ends a command is an internal error if it reaches a request. */
function codeOf({ code }: LLimitError): AnswerCode {
  return isAnswerCode(code) ? code : 'INTERNAL'
}

function isAnswerCode(code: ErrorCode): code is AnswerCode {
  return ANSWER_CODES.some((known) => known === code)
}

function asLLimitError(thrown: unknown): LLimitError {
  if (thrown instanceof LLimitError) return thrown
  // What the router throws for a path parameter such as %zz; any other has no status.
  if (thrown instanceof URIError && 'status' in thrown) {
    return new LLimitError('INVALID_REQUEST', 'The path is not valid percent-encoding of UTF-8')
  }
  if (isPassingFailure(thrown)) {
    const message = 'The server is out of file descriptors or memory; try again'
    return new LLimitError('ENGINE_UNAVAILABLE', message, { cause: thrown })
  }
  return new LLimitError('INTERNAL', INTERNAL_MESSAGE, { cause: thrown })
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}

function clientLeft(res: Response): boolean {
  return res.closed && !res.writableFinished
}
