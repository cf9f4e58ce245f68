import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'

import type { Response } from 'express'

import { Turns } from '../thread/turns.js'
import { serverTiming, traceOf } from './requestTrace.js'

/** An answer of more characters is written in pieces of about so many, and compressed for a client that takes it so. */
const PIECE_LENGTH = 64 * 1024

/**
 * Ends the answer with a JSON value. Unlike `res.json` the content type has no charset parameter, because JSON has none
 * (RFC 8259, section 11) and LLimit v1 sends none.
 */
export function sendJson(res: Response, body: unknown): void {
  sendJsonText(res, JSON.stringify(body))
}

/** `sendJson` for a value that is JSON text already. */
export function sendJsonText(res: Response, text: string): void {
  setJsonHeaders(res)
  const bytes = Buffer.byteLength(text)
  res.setHeader('Content-Length', bytes)
  // ASCII, as most answers are, is copied as it is; as UTF-8 it would be encoded character by character.
  res.end(text, bytes === text.length ? 'latin1' : 'utf8')
}

/**
 * `sendJsonText` for a text that may be long: pieces are asked for as the client takes them, yielding, so that an answer of
 * tens of megabytes takes neither the main thread nor memory for itself.
 * @param signal cuts the answer off.
 * @throws the reason of `signal`, when part of the answer may be out.
 */
export async function sendJsonPieces(
  res: Response,
  pieces: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  let text = ''
  let sink: Writable | undefined
  const turns = new Turns(signal)
  try {
    for (const piece of pieces) {
      text += piece
      if (turns.isOver) await turns.next()
      if (text.length < PIECE_LENGTH) continue
      sink ??= openSink(res, signal)
      const isTaken = sink.write(text)
      text = ''
      if (!isTaken) await drained(sink, signal)
    }
  } catch (error) {
    sink?.destroy()
    // Compression held all of it back: an error takes its place.
    if (!res.headersSent) res.removeHeader('Content-Encoding')
    throw error
  }
  if (sink === undefined) sendJsonText(res, text)
  else sink.end(text)
}

function setJsonHeaders(res: Response): void {
  const trace = traceOf(res)
  if (trace !== undefined) {
    trace.lap('write')
    res.setHeader('Server-Timing', serverTiming(trace))
  }
  res.setHeader('Content-Type', 'application/json')
}

/** What the pieces are written to: the answer itself, or what compresses them into it. */
function openSink(res: Response, signal: AbortSignal): Writable {
  setJsonHeaders(res)
  res.vary('Accept-Encoding')
  // Also when all pieces have been asked for: half an answer must not look like a whole one.
  signal.addEventListener('abort', () => {
    if (res.headersSent) res.destroy()
  })
  if (res.req.acceptsEncodings('gzip', 'identity') !== 'gzip') return res
  res.setHeader('Content-Encoding', 'gzip')
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  gzip.pipe(res)
  return gzip
}

async function drained(sink: Writable, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await once(sink, 'drain', { signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw error
  })
}
