import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'

import type { Limits } from '../../config/limits.js'
import { idleConnectionsOf } from './idleConnections.js'

/** How often Node looks for requests that take too long to arrive, at most. */
const CHECK_MS = 5_000

/** A body that nobody reads is read past while it is not longer; otherwise its connection is closed. */
const MAX_DISCARDED_BYTES = 64 * 1024

/** For so long, and so much, a connection that will be closed is read on, or its client would not see the answer. */
const LINGER_MS = 500
const LINGER_BYTES = 32 * 2 ** 20

/** What of the limits Node keeps itself. */
export function serverOptions(limits: Limits): ServerOptions {
  const requestTimeout = limits.bodyTimeoutMs
  const headersTimeout = Math.min(limits.headerTimeoutMs, requestTimeout)
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout,
    requestTimeout,
    connectionsCheckingInterval: Math.min(CHECK_MS, Math.ceil(headersTimeout / 4)),
  }
}

/** Closes connections beyond the limit: those that wait for another request first, then the newest. */
export function boundConnections(server: Server, { connections }: Limits): void {
  const open = new Set<Socket>()
  const idle = idleConnectionsOf(server)
  const isFull = () => [...open].filter(({ destroyed }) => !destroyed).length > connections
  // Node leaves out what is above its own limit, or, in versions of late, says that there are too many bytes. It bounds those.
  server.maxHeadersCount = 0
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    if (open.size <= connections) return
    idle.close()
    if (isFull()) socket.destroy()
  })
}

/** Whether an answer on the same connection comes first, as the client has sent several requests at once. */
function isBehindAnother(res: ServerResponse): boolean {
  return res.socket === null
}

/** The timer of the answer before it must not end a request that is still being computed. */
export function awaitTurn(res: ServerResponse): void {
  if (isBehindAnother(res)) res.once('socket', (socket: Socket) => socket.setTimeout(0))
}

const requests = new WeakMap<Duplex, IncomingMessage>()

/** Remembers the last request of a connection. */
export function noteRequest(req: IncomingMessage): void {
  requests.set(req.socket, req)
}

/** Whether it is a body, not a head, that is arriving on a connection. */
export function isReadingBody(socket: Duplex): boolean {
  return requests.get(socket)?.complete === false
}

const answers = new WeakMap<Duplex, ServerResponse>()

/** Whether part of an answer is out on a connection: nothing else may be written to it. */
export function isAnswering(socket: Duplex): boolean {
  const answer = answers.get(socket)
  return answer?.headersSent === true && !answer.writableFinished
}

/**
 * What is done when the head of an answer is written: from now on the connection is closed if the answer does not move, and
 * it is not used again if more of the body is to come than is worth reading.
 */
export function watchAnswer(req: IncomingMessage, res: ServerResponse, writeTimeoutMs: number): void {
  const { socket } = req
  const watch = () => {
    answers.set(socket, res)
    // Node's timer of a connection starts again whenever bytes have left, and closes it when none have.
    socket.setTimeout(writeTimeoutMs)
  }
  if (isBehindAnother(res)) res.once('socket', watch)
  else watch()
  if (!req.complete && unreadBytes(req) > MAX_DISCARDED_BYTES) {
    res.shouldKeepAlive = false
    lingerBeforeClose(req)
  }
}

/** Bytes that a body may still have. */
function unreadBytes({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Infinity
  const announced = headers['content-length']
  return announced === undefined ? 0 : Number(announced)
}

/**
 * To close a connection with bytes that nobody has read makes the system tell its client of a failure, which may lose the
 * answer: the side of this server is closed, and what comes is discarded for a while.
 */
function lingerBeforeClose(req: IncomingMessage): void {
  const { socket } = req
  socket.destroySoon = () => {
    socket.end()
    req.removeAllListeners('data')
    req.resume()
    const before = socket.bytesRead
    const deadline = setTimeout(() => socket.destroy(), LINGER_MS)
    const sweep = setInterval(() => {
      if (socket.bytesRead - before > LINGER_BYTES) socket.destroy()
    }, LINGER_MS / 10)
    socket.on('close', () => {
      clearTimeout(deadline)
      clearInterval(sweep)
    })
  }
}
