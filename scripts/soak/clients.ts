import { Agent, request } from 'node:http'
import type { ClientRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Request, Stream } from './traffic.js'

/** What came of a request; no status: no answer. */
export interface Answer {
  status: number | undefined
  /** Until the last byte of the answer, or the failure. */
  ms: number
  /** The code of the error, of a 503. */
  code?: string
  /** Why there was none. */
  error?: string
}

/** More than any answer takes, queue included. */
const PATIENCE_MS = 120_000
const LEAVES_AFTER_MS = [5, 20, 80]
/** A body comes in so many pieces, one every so often. */
const SLOW_PIECES = 20
const SLOW_MS = 250
/** For longer than the server waits for an answer to move. */
const UNREAD_MS = 30_000

export class Clients {
  readonly #origin: URL
  /** As many connections as are wanted: one that waited here would be taken for one that the server lets wait. */
  readonly #agent = new Agent({ keepAlive: true })
  #left = 0

  constructor(origin: string) {
    this.#origin = new URL(origin)
  }

  /** @returns undefined for a client that wants no answer. */
  async send(what: Request, client: Stream['client'] = 'reads'): Promise<Answer | undefined> {
    switch (client) {
      case 'reads':
        return this.#answerOf(what, (sent) => sent.end(what.body))
      case 'is slow':
        return this.#answerOf(what, (sent) => void writeSlowly(sent, what.body ?? ''))
      case 'leaves': {
        const sent = this.#open(what)
        sent.end(what.body)
        await sleep(LEAVES_AFTER_MS[this.#left++ % LEAVES_AFTER_MS.length])
        sent.destroy()
        return undefined
      }
      case 'reads nothing': {
        const sent = this.#open(what)
        sent.on('response', (answer) => answer.pause())
        sent.end(what.body)
        await sleep(UNREAD_MS)
        sent.destroy()
        return undefined
      }
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #open({ path, body }: Request): ClientRequest {
    const headers =
      body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const method = body === undefined ? 'GET' : 'POST'
    const sent = request(new URL(path, this.#origin), { agent: this.#agent, method, headers })
    sent.on('error', () => undefined)
    return sent
  }

  #answerOf(what: Request, write: (sent: ClientRequest) => void): Promise<Answer> {
    const start = performance.now()
    return new Promise((resolve) => {
      const sent = this.#open(what)
      let status: number | undefined
      const fail = (error: Error) =>
        resolve({ status: undefined, ms: performance.now() - start, error: error.message })
      sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)))
      sent.on('error', fail)
      sent.on('response', (answer) => {
        status = answer.statusCode
        answer.on('error', fail)
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => {
          if (status === 503) chunks.push(chunk)
        })
        answer.on('end', () => {
          const ms = performance.now() - start
          resolve(status === 503 ? { status, ms, code: codeIn(Buffer.concat(chunks)) } : { status, ms })
        })
      })
      write(sent)
    })
  }
}

/** The code of an error in any of the three forms that there are. */
function codeIn(body: Buffer): string {
  return /"code":\s*"(\w+)"/.exec(body.toString())?.[1] ?? 'none'
}

async function writeSlowly(sent: ClientRequest, body: string): Promise<void> {
  const size = Math.ceil(body.length / SLOW_PIECES)
  for (let i = 0; i < body.length && !sent.destroyed; i += size) {
    sent.write(body.slice(i, i + size))
    await sleep(SLOW_MS)
  }
  sent.end()
}
