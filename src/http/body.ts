import { isUtf8 } from 'node:buffer'

import express from 'express'
import type { RequestHandler } from 'express'

import { LLimitError, shorten } from '../errors.js'

const JSON_TYPES = ['application/json', 'application/*+json']

/** What body-parser adds to the errors it passes on. */
interface BodyParserError extends Error {
  type?: string
  status?: number
  /** Bytes that Content-Length announced. */
  length?: number
  /** Bytes read until the limit was passed. */
  received?: number
  encoding?: string
  charset?: string
}

/**
 * Reads a JSON body of at most `limitBytes` (after decompression) into `req.body`: any JSON value, in UTF-8.
 * @throws LLimitError INVALID_JSON, INVALID_REQUEST, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE
 */
export function readJson(limitBytes: number): RequestHandler {
  const parse: RequestHandler = express.json({
    limit: limitBytes,
    type: JSON_TYPES,
    strict: false,
    verify: checkBytes,
  })
  return (req, res, next) => {
    // null stands for a request without a body, whose type does not matter.
    if (req.is(JSON_TYPES) === false) {
      const type = req.headers['content-type']
      const got = type === undefined ? 'nothing' : shorten(type)
      throw unsupported(`Expected the content type application/json, got ${got}`)
    }
    parse(req, res, (thrown?: unknown) => {
      if (thrown === undefined) {
        next(req.body === undefined ? emptyBody() : undefined)
      } else if (!isAbandoned(thrown)) {
        next(translate(thrown, limitBytes))
      }
      // After an abort there is nobody to answer.
    })
  }
}

function checkBytes(_req: unknown, _res: unknown, bytes: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw wrongCharset(charset)
  if (bytes.length === 0) throw emptyBody()
  if (!isUtf8(bytes)) throw new LLimitError('INVALID_JSON', 'The request body is not valid UTF-8')
}

function translate(thrown: unknown, limitBytes: number): unknown {
  if (thrown instanceof LLimitError || !(thrown instanceof Error)) return thrown
  const error: BodyParserError = thrown
  switch (error.type) {
    case 'entity.parse.failed':
      return new LLimitError('INVALID_JSON', `The request body is not valid JSON (${error.message})`)
    case 'entity.too.large': {
      const got = error.length ?? `at least ${error.received ?? limitBytes}`
      return new LLimitError(
        'TOO_LARGE',
        `Expected a request body of at most ${limitBytes} bytes, got ${got}`,
      )
    }
    case 'encoding.unsupported':
      return unsupported(`Expected a content encoding that is supported, got ${nameOf(error.encoding)}`)
    case 'charset.unsupported':
      return wrongCharset(error.charset)
  }
  // Content-Length is wrong, or the compressed bytes are broken.
  if (error.status === 400) {
    return new LLimitError('INVALID_REQUEST', `The request body cannot be read: ${error.message}`)
  }
  return thrown
}

function isAbandoned(thrown: unknown): boolean {
  return thrown instanceof Error && 'type' in thrown && thrown.type === 'request.aborted'
}

function emptyBody(): LLimitError {
  return new LLimitError('INVALID_JSON', 'Expected a JSON object, got an empty request body')
}

function wrongCharset(charset: string | undefined): LLimitError {
  return unsupported(`Expected the charset utf-8, got ${nameOf(charset)}`)
}

function nameOf(given: string | undefined): string {
  return given === undefined ? 'another' : shorten(given)
}

function unsupported(message: string): LLimitError {
  return new LLimitError('UNSUPPORTED_MEDIA_TYPE', message)
}
