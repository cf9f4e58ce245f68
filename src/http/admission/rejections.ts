import type { IncomingMessage } from 'node:http'

import type { RequestHandler } from 'express'

import type { Limits } from '../../config/limits.js'
import { atMost } from '../../config/limits.js'
import { LLimitError, shorten } from '../../errors.js'
import { answerEarly } from '../errors.js'

interface Rejection {
  status: number
  error: LLimitError
}

const rejections = new WeakMap<IncomingMessage, Rejection>()

/** Looks at what is wrong with a request whatever its route is; `answerRejected` answers it. */
export function checkHead(req: IncomingMessage, limits: Limits | undefined): void {
  const rejection = rejectionOf(req, limits)
  if (rejection !== undefined) rejections.set(req, rejection)
}

/** The same for a request with another expectation than 100-continue. */
export function rejectExpectation(req: IncomingMessage): void {
  const got = req.headers.expect === undefined ? 'nothing' : shorten(req.headers.expect)
  const message = `Expect: expected 100-continue, got ${got}`
  rejections.set(req, { status: 417, error: new LLimitError('EXPECTATION_FAILED', message) })
}

/** A part of the application, so that such requests are counted and have a line in the access log as all others. */
export function answerRejected(): RequestHandler {
  return (req, res, next) => {
    const rejection = rejections.get(req)
    if (rejection === undefined) next()
    else answerEarly(res, rejection.status, rejection.error)
  }
}

function rejectionOf(req: IncomingMessage, limits: Limits | undefined): Rejection | undefined {
  // Two entries for each header field.
  if (limits !== undefined && req.rawHeaders.length > 2 * limits.headers) {
    const problem = atMost('headers', limits.headers, `more than ${limits.headers}`)
    return { status: 431, error: new LLimitError('TOO_LARGE', `Expected ${problem}`) }
  }
  const hosts = hostsOf(req)
  if (hosts === 1 || (hosts === 0 && req.httpVersion !== '1.1')) return undefined
  const message = `Expected ${hosts === 0 ? 'the' : 'one'} header Host, got ${hosts === 0 ? 'none' : hosts}`
  return { status: 400, error: new LLimitError('INVALID_REQUEST', message) }
}

/** Node tells the first of several, and nothing of the others (RFC 9112, section 3.2). */
function hostsOf({ rawHeaders }: IncomingMessage): number {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts
}
