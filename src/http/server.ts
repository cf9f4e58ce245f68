import { randomUUID } from 'node:crypto'
import { IncomingMessage, ServerResponse, createServer } from 'node:http'
import type { Server } from 'node:http'
import { Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

import type { Express } from 'express'

import type { LimitName, Limits } from '../config/limits.js'
import { limitFacts } from '../config/limits.js'
import { LLimitError } from '../errors.js'
import { PortMember } from '../thread/portMember.js'
import { untilNoneWaits } from '../thread/untilNoneWaits.js'
import {
  awaitTurn,
  boundConnections,
  isAnswering,
  isReadingBody,
  noteRequest,
  serverOptions,
  watchAnswer,
} from './admission/connections.js'
import { checkHead, rejectExpectation } from './admission/rejections.js'
import { errorBody } from './errors.js'
import { apiHeaderLines } from './headers.js'
import type { ObserveUnparsed } from './observe.js'
import { OpenWork } from './openWork.js'

/**
 * Longer than a client or proxy keeps an idle connection (httpx 5 s, many load balancers 60 s), so that they close it
 * and never send a request into a connection that this side is closing.
 */
const KEEP_ALIVE_MS = 65_000

/** What is open at a server, and how it stops to accept. */
const running = new WeakMap<Server, { work: OpenWork; stopAccepting: () => Promise<void> }>()

/**
 * Listens on `host` and `port` (0 for any free one).
 * @param limits of connections; without them Node's own.
 * @param observe told of answers to what is not HTTP
 * @throws the error of the socket, such as EADDRINUSE
 */
export function startServer(
  app: Express,
  host: string,
  port: number,
  limits?: Limits,
  observe?: ObserveUnparsed,
): Promise<Server> {
  const server = serverFor(app, limits, observe)
  let opened = 0
  server.on('connection', () => opened++)
  running.set(server, { work: new OpenWork(server), stopAccepting: () => untilNoneWaits(() => opened) })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

/**
 * Serves the connections of a port that the first of several processes holds.
 * @param limits of connections
 * @param observe told of answers to what is not HTTP
 */
export async function joinServer(
  app: Express,
  limits: Limits,
  observe?: ObserveUnparsed,
): Promise<{ server: Server; address: AddressInfo }> {
  const server = serverFor(app, limits, observe)
  const member = new PortMember((socket) => {
    // As Node's HTTP server opens its own: a client may end its side when it has sent its request.
    socket.allowHalfOpen = true
    server.emit('connection', socket)
  })
  running.set(server, { work: new OpenWork(server), stopAccepting: () => member.leave() })
  // With it begins what Node watches in connections: how long a head and a body take, and which are idle.
  server.emit('listening')
  return { server, address: await member.join() }
}

/** From now on every answer says `Connection: close`. */
export function announceStop(server: Server): void {
  running.get(server)?.work.announceStop()
}

/**
 * Accepts nothing new, lets the requests in flight finish, and answers 503 to those that have not after `deadlineMs`. Resolves
 * when every connection is closed.
 */
export async function closeServer(server: Server, deadlineMs: number): Promise<void> {
  const found = running.get(server)
  await found?.work.close(found.stopAccepting, deadlineMs)
}

/**
 * Express sets the prototype of every request and response, which on Node 20 and 22 gives each its own hidden class.
 * Created by classes that have this prototype already, the swap does nothing: a request of one prompt and 20 LLMs, with
 * a canned answer, takes 115 µs of CPU time instead of 210 (Node 24: 105 either way).
 */
function serverFor(
  app: Express,
  limits: Limits | undefined,
  observe: ObserveUnparsed = () => randomUUID(),
): Server {
  class Request extends IncomingMessage {}
  class Response<T extends IncomingMessage> extends ServerResponse<T> {}
  if (limits !== undefined) {
    const { writeTimeoutMs } = limits
    // Every answer goes through it, whoever writes it; an override would have to repeat its overloads.
    Object.assign(Response.prototype, {
      writeHead(this: ServerResponse, ...head: unknown[]): unknown {
        watchAnswer(this.req, this, writeTimeoutMs)
        return Reflect.apply(Reflect.get(ServerResponse.prototype, 'writeHead'), this, head)
      },
    })
  }
  app.request = Object.setPrototypeOf(Request.prototype, app.request) as typeof app.request
  app.response = Object.setPrototypeOf(Response.prototype, app.response) as typeof app.response
  const options = {
    IncomingMessage: Request,
    ServerResponse: Response,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node would answer without a body.
    requireHostHeader: false,
    ...(limits && serverOptions(limits)),
  }
  const handle = (req: IncomingMessage, res: ServerResponse) => {
    checkHead(req, limits)
    req.url = pathOf(req.url)
    if (limits !== undefined) {
      noteRequest(req)
      awaitTurn(res)
    }
    app(req, res)
  }
  const server = createServer(options, handle)
  // The route that reads the body sends the 100, when it has let the request in.
  server.on('checkContinue', handle)
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
    rejectExpectation(req)
    app(req, res)
  })
  if (limits !== undefined) boundConnections(server, limits)
  // No proxy; without a listener Node closes the connection without a word.
  server.on('connect', (_req: IncomingMessage, socket: Duplex) =>
    answerParserError(new Error('CONNECT'), socket, { limits, observe }),
  )
  return server.on('clientError', (thrown: NodeJS.ErrnoException, socket) =>
    answerParserError(thrown, socket, { limits, observe }),
  )
}

/**
 * The path and query of a target, which may be a whole URL. Express answers one without a path, such as `http://` or `ftp://x`,
 * past all routes with a page; `*` ends as our 404.
 */
function pathOf(target: string | undefined): string {
  if (target?.startsWith('/')) return target
  if (target === undefined || !/^https?:/i.test(target) || !URL.canParse(target)) return '*'
  const { pathname, search } = new URL(target)
  return pathname + search
}

/** Answers what is not HTTP, or too much of it: it never becomes a request that Express could answer. */
function answerParserError(
  thrown: NodeJS.ErrnoException,
  socket: Duplex,
  { limits, observe }: { limits: Limits | undefined; observe: ObserveUnparsed },
): void {
  if (thrown.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy()
    return
  }
  const isBody = isReadingBody(socket)
  const { status, error } = parserError(thrown.code, limits, isBody)
  // A request whose body it is has a line of its own, and a connection that was opened in vain asked for nothing.
  const isObserved = !isBody && (!(socket instanceof Socket) || socket.bytesRead > 0)
  const id = isObserved ? observe(Number.parseInt(status, 10)) : randomUUID()
  const body = JSON.stringify(errorBody(error))
  const head = [
    `HTTP/1.1 ${status}`,
    `X-Request-Id: ${id}`,
    ...apiHeaderLines(),
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

/** The status line, and what the client is told. */
function parserError(
  code: string | undefined,
  limits: Limits | undefined,
  isBody: boolean,
): { status: string; error: LLimitError } {
  const setBy = (name: LimitName) =>
    limits === undefined ? '' : `; ${limitFacts(name).variable} sets the limit`
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: '431 Request Header Fields Too Large',
        error: new LLimitError('TOO_LARGE', `The request headers are too large${setBy('headerBytes')}`),
      }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: '408 Request Timeout',
        error: new LLimitError(
          'INVALID_REQUEST',
          `The request took too long to arrive${setBy(isBody ? 'bodyTimeoutMs' : 'headerTimeoutMs')}`,
        ),
      }
    default:
      return {
        status: '400 Bad Request',
        error: new LLimitError('INVALID_REQUEST', 'The request is not valid HTTP'),
      }
  }
}
