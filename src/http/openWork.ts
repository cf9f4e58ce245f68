import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import type { Socket } from 'node:net'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'

import { LLimitError } from '../errors.js'
import { idleConnectionsOf } from './admission/idleConnections.js'
import type { IdleConnections } from './admission/idleConnections.js'
import { answerEarly } from './errors.js'
import { STATUS } from './status.js'
import { cancelRequest } from './requestSignal.js'

/** A connection with half of a head is closed when nothing more of it has come for so long. */
const SILENT_MS = 1_000

/** The request of a connection that was opened less long ago may be on its way. */
const FRESH_MS = 200

/** So long after a stop was announced a connection that is kept may bring a request, and be told to close with its answer. */
const KEPT_MS = 250

/** How often a closing server looks for connections whose last answer is out. */
const SWEEP_MS = 50

/** How long the 503 of what is cut may take to be sent. */
const FAREWELL_MS = 500

/** What is open at a server, so that it can be stopped without losing what has begun. */
export class OpenWork {
  readonly #server: Server
  readonly #idle: IdleConnections
  /** With the time at which each was opened. */
  readonly #sockets = new Map<Socket, number>()
  readonly #responses = new Set<ServerResponse>()
  #announcedAt: number | undefined
  #onSocketClosed: () => void = () => undefined

  constructor(server: Server) {
    this.#server = server
    this.#idle = idleConnectionsOf(server)
    server.on('connection', (socket: Socket) => {
      this.#sockets.set(socket, performance.now())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        this.#onSocketClosed()
      })
    })
    const track = (_req: IncomingMessage, res: ServerResponse) => {
      if (this.#announcedAt !== undefined) res.shouldKeepAlive = false
      this.#responses.add(res)
      res.on('close', () => this.#responses.delete(res))
    }
    server.prependListener('request', track)
    server.prependListener('checkContinue', track)
  }

  /** From now on every answer says `Connection: close`, so that clients turn to another server. */
  announceStop(): void {
    this.#announcedAt ??= performance.now()
    for (const res of this.#responses) res.shouldKeepAlive = false
  }

  /**
   * Accepts nothing new, closes silent connections, lets the requests in flight finish, and answers 503 to those that have not
   * after `deadlineMs`. Resolves when every connection is closed.
   * @param stopAccepting resolves when the last connection has come
   */
  async close(stopAccepting: () => Promise<void>, deadlineMs: number): Promise<void> {
    this.announceStop()
    await this.#untilKeptAreTold()
    await stopAccepting()
    await new Promise<void>((resolve) => {
      const timers: NodeJS.Timeout[] = []
      this.#onSocketClosed = () => {
        if (this.#sockets.size > 0) return
        for (const timer of timers) clearTimeout(timer)
        resolve()
      }
      // The port first: `http.Server.close` would close idle connections before, while others come in vain.
      Reflect.apply(Reflect.get(NetServer.prototype, 'close'), this.#server, [])
      this.#idle.close()
      const begun = new Map(Array.from(this.#sockets.keys(), (socket) => [socket, socket.bytesRead]))
      const before = performance.now() - FRESH_MS
      this.#sweep((socket, opened) => socket.bytesRead === 0 && opened < before)
      timers.push(
        setInterval(() => void this.#closeIdle(), SWEEP_MS),
        setInterval(() => {
          this.#sweep((socket) => begun.get(socket) === socket.bytesRead)
          for (const socket of this.#sockets.keys()) begun.set(socket, socket.bytesRead)
        }, SILENT_MS),
        setTimeout(() => this.#cut(), deadlineMs),
        setTimeout(() => this.#server.closeAllConnections(), deadlineMs + FAREWELL_MS),
      )
      this.#onSocketClosed()
    })
  }

  async #untilKeptAreTold(): Promise<void> {
    const until = (this.#announcedAt ?? performance.now()) + KEPT_MS
    while (this.#sockets.size > 0 && performance.now() < until) await sleep(SWEEP_MS)
  }

  /** What has arrived is read first: timers run before sockets are read, so that a request may wait in one that seems idle. */
  async #closeIdle(): Promise<void> {
    await setImmediate()
    this.#idle.close()
  }

  /** Closes the connections that have no request, of those that are silent. */
  #sweep(isSilent: (socket: Socket, opened: number) => boolean): void {
    const busy = new Set(Array.from(this.#responses, ({ req }) => req.socket))
    for (const [socket, opened] of this.#sockets)
      if (!busy.has(socket) && isSilent(socket, opened)) socket.destroy()
  }

  #cut(): void {
    const message = 'The server is stopping and could not finish this in time; send it again'
    const error = new LLimitError('ENGINE_UNAVAILABLE', message, { retryAfterSeconds: 1 })
    for (const res of this.#responses) {
      // One that has no signal to be cancelled by.
      if (!cancelRequest(res, error) && !res.headersSent) answerEarly(res, STATUS.ENGINE_UNAVAILABLE, error)
    }
  }
}
