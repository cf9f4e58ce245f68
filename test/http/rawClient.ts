import { once } from 'node:events'
import { createConnection } from 'node:net'
import type { Socket } from 'node:net'

/** A connection on which a test writes bytes and sees what comes back. */
export interface RawClient {
  socket: Socket
  /** What has come so far, as Latin-1. */
  received: () => string
  /** Resolves when what has come matches, or the connection is closed. */
  until: (pattern: RegExp) => Promise<string>
  closed: Promise<unknown>
}

export async function connectRaw(port: number): Promise<RawClient> {
  const socket = createConnection(port, '127.0.0.1').setEncoding('latin1')
  let text = ''
  let isClosed = false
  // A server may close while this side still writes.
  socket.on('error', () => undefined)
  socket.on('data', (chunk: string) => {
    text += chunk
    socket.emit('more')
  })
  const closed = once(socket, 'close').then(() => {
    isClosed = true
    socket.emit('more')
  })
  await once(socket, 'connect')
  const until = async (pattern: RegExp): Promise<string> => {
    while (!pattern.test(text) && !isClosed) await once(socket, 'more')
    return text
  }
  return { socket, received: () => text, until, closed }
}

/** The head of a `POST /infer` with these header lines. */
export function inferHead(...lines: string[]): string {
  return ['POST /infer HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines, '', ''].join('\r\n')
}
