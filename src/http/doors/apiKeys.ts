import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

import type { RequestHandler } from 'express'

import { LLimitError } from '../../errors.js'

/** What probes ask, which have no key. */
export const OPEN_PATHS = ['/health', '/ready']

/**
 * Lets requests in that have one of the keys, as `Authorization: Bearer <key>` or `X-API-Key: <key>`.
 * @param hashes SHA-256 of each
 * @param open paths that need no key
 */
export function requireKey(hashes: readonly Buffer[], open: readonly string[]): RequestHandler {
  return (req, res, next) => {
    const path = req.path.length > 1 && req.path.endsWith('/') ? req.path.slice(0, -1) : req.path
    const keys = open.includes(path) ? [] : keysOf(req.headers)
    if (open.includes(path) || keys.some((key) => isKnown(key, hashes))) {
      next()
      return
    }
    res.setHeader('WWW-Authenticate', 'Bearer')
    const got = keys.length === 0 ? 'none' : 'one that is not known'
    const expected = 'Expected an API key as Authorization: Bearer <key> or X-API-Key: <key>'
    throw new LLimitError('UNAUTHORIZED', `${expected}, got ${got}`)
  }
}

/** A proxy may put a token of its own into one header, while the client has put the key into the other. */
function keysOf({ authorization, 'x-api-key': own }: IncomingHttpHeaders): string[] {
  const bearer = authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
  return [bearer, own].flatMap((key) => (typeof key === 'string' && key !== '' ? [key] : []))
}

/** All are compared, each in constant time, so that the time says nothing of which is near. */
function isKnown(key: string, hashes: readonly Buffer[]): boolean {
  const given = createHash('sha256').update(key).digest()
  return hashes.filter((hash) => timingSafeEqual(hash, given)).length > 0
}
