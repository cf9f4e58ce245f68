import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

interface Use {
  /** Requests without an answer that is out. */
  open: number
  /** Bytes that had come when the last answer was out. */
  bytesRead: number
}

const known = new WeakMap<Server, IdleConnections>()

/** The same for everybody who asks. */
export function idleConnectionsOf(server: Server): IdleConnections {
  const idle = known.get(server) ?? new IdleConnections(server)
  known.set(server, idle)
  return idle
}

/**
 * The connections of a server that wait for another request. `closeIdleConnections` of Node 26 also closes those that have
 * just been opened, whose first request is on its way (https://github.com/nodejs/node/pull/63470).
 */
export class IdleConnections {
  /** Of each connection that has brought a request. */
  readonly #uses = new Map<Socket, Use>()

  constructor(server: Server) {
    const track = ({ socket }: IncomingMessage, res: ServerResponse) => {
      const use = this.#uses.get(socket) ?? this.#first(socket)
      use.open++
      res.on('close', () => {
        use.open--
        use.bytesRead = socket.bytesRead
      })
    }
    server.prependListener('request', track)
    server.prependListener('checkContinue', track)
    server.prependListener('checkExpectation', track)
  }

  close(): void {
    for (const [socket, { open, bytesRead }] of this.#uses)
      if (open === 0 && bytesRead === socket.bytesRead) socket.destroy()
  }

  #first(socket: Socket): Use {
    const use = { open: 0, bytesRead: 0 }
    this.#uses.set(socket, use)
    socket.on('close', () => this.#uses.delete(socket))
    return use
  }
}
