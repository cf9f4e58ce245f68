import type { RequestHandler } from 'express'

import type { Limits } from '../../config/limits.js'
import { LLimitError, shorten } from '../../errors.js'
import { beforeDeadline, requestSignal } from '../requestSignal.js'
import { BodyParser } from './bodyParser.js'
import { InFlight } from './inFlight.js'
import { readBody } from './readBody.js'

const JSON_TYPES = ['application/json', 'application/*+json']

/** JSON has no charset (RFC 8259, section 11); these are what clients call its one encoding. */
const UTF8 = ['utf-8', 'utf8']

/**
 * What lets requests with a body in: all routes that take one share it. It starts the time of the request, holds the body to
 * the limits and reads it into `req.body`: any JSON value, in UTF-8.
 */
export function acceptJson(limits: Limits): RequestHandler {
  const inFlight = new InFlight(limits)
  const parser = new BodyParser()
  return async (req, res, next) => {
    const signal = requestSignal(res, limits.timeoutMs)
    // null stands for a request without a body, whose type does not matter.
    if (req.is(JSON_TYPES) === false) {
      const type = req.headers['content-type']
      const got = type === undefined ? 'nothing' : shorten(type)
      throw unsupported(`Expected the content type application/json, got ${got}`)
    }
    const charset = charsetOf(req.headers['content-type'])
    if (!UTF8.includes(charset)) throw unsupported(`Expected the charset utf-8, got ${shorten(charset)}`)
    const bytes = await readBody(req, res, { limits, inFlight, signal })
    // After an abort there is nobody to answer.
    if (bytes === undefined) return
    if (bytes.length === 0) {
      throw new LLimitError('INVALID_JSON', 'Expected a JSON object, got an empty request body')
    }
    req.body = await beforeDeadline(parser.parse(bytes), signal)
    next()
  }
}

function charsetOf(type: string | undefined): string {
  const given = type === undefined ? null : /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(type)
  return given?.[1]?.toLowerCase() ?? 'utf-8'
}

function unsupported(message: string): LLimitError {
  return new LLimitError('UNSUPPORTED_MEDIA_TYPE', message)
}
