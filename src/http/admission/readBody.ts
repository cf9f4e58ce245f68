import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

import type { Request, Response } from 'express'

import type { Limits } from '../../config/limits.js'
import { atMost } from '../../config/limits.js'
import { LLimitError, shorten } from '../../errors.js'
import type { InFlight } from './inFlight.js'
import { JsonBounds } from './jsonBounds.js'

interface Options {
  limits: Limits
  inFlight: InFlight
  /** Ends the wait for the body. */
  signal: AbortSignal
}

const CHUNK = { chunkSize: 64 * 1024 }
const UNPACK: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(CHUNK),
  deflate: () => createInflate(CHUNK),
  br: () => createBrotliDecompress(CHUNK),
}

/**
 * Reads the body of a request, unpacked, and holds it to its limits while it arrives. What is announced as too large is
 * rejected before any of it is read, and only then is a client that asked told to go on (`Expect: 100-continue`). The request
 * counts among those in flight until it is answered.
 * @returns undefined if the client has left.
 * @throws LLimitError TOO_LARGE, OVERLOADED, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, DEADLINE_EXCEEDED
 */
export async function readBody(
  req: Request,
  res: Response,
  { limits, inFlight, signal }: Options,
): Promise<Buffer | undefined> {
  const announced = req.headers['content-length']
  if (announced !== undefined && Number(announced) > limits.bodyBytes) throw tooManyBytes(limits, announced)
  const unpack = unpackerOf(req)
  signal.throwIfAborted()
  let onRejected: (error: LLimitError) => void = () => undefined
  const admitted = inFlight.admit((error) => onRejected(error))
  res.on('close', () => admitted.end())
  if (expectsContinue(req)) res.writeContinue()
  const body = await new Promise<Buffer | undefined>((resolve, reject) => {
    const source = unpack ?? req
    const chunks: Buffer[] = []
    const bounds = new JsonBounds(limits)
    let length = 0
    let packedLength = 0
    const end = () => {
      signal.removeEventListener('abort', onAbort)
      source.off('data', onData)
      req.off('data', onPacked)
    }
    const fail = (error: LLimitError) => {
      end()
      req.unpipe()
      // What is still to come is read past; how much, `watchAnswer` bounds.
      req.resume()
      unpack?.destroy()
      reject(error)
    }
    const onAbort = () => {
      if (signal.reason instanceof LLimitError) fail(signal.reason)
      else {
        end()
        resolve(undefined)
      }
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      const fault =
        length > limits.bodyBytes ? tooManyBytes(limits, `at least ${length}`) : bounds.read(chunk)
      if (fault === undefined) admitted.receive(chunk.length)
      else fail(fault)
    }
    // Packed, any number of bytes may stand for nothing.
    const onPacked = (chunk: Buffer) => {
      packedLength += chunk.length
      if (packedLength > limits.bodyBytes) fail(tooManyBytes(limits, `at least ${packedLength}`))
    }
    onRejected = fail
    signal.addEventListener('abort', onAbort)
    source.on('data', onData)
    source.on('end', () => {
      end()
      resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))
    })
    // Of a client that leaves `signal` tells.
    req.on('error', () => undefined)
    unpack?.on('error', ({ message }) => fail(unreadable(message)))
    if (unpack !== undefined) req.on('data', onPacked).pipe(unpack)
  })
  admitted.complete()
  return body
}

/** Whether the client waits for a word before it sends the body. One of HTTP/1.0 would take it for the answer. */
function expectsContinue({ headers, httpVersion }: Request): boolean {
  return httpVersion !== '1.0' && headers.expect?.toLowerCase() === '100-continue'
}

function unpackerOf(req: Request): Transform | undefined {
  const encoding = (req.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding === 'identity') return undefined
  const create = Object.hasOwn(UNPACK, encoding) ? UNPACK[encoding] : undefined
  if (create !== undefined) return create()
  const message = `Expected a content encoding that is supported, got ${shorten(encoding)}`
  throw new LLimitError('UNSUPPORTED_MEDIA_TYPE', message)
}

function tooManyBytes(limits: Limits, got: number | string): LLimitError {
  const problem = atMost('bodyBytes', limits.bodyBytes, got)
  return new LLimitError('TOO_LARGE', `Expected a request body of ${problem}`)
}

function unreadable(reason: string): LLimitError {
  return new LLimitError('INVALID_REQUEST', `The request body cannot be read: ${reason}`)
}
