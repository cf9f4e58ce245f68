import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

const NOTHING = Buffer.from('$-1\r\n')

/** As much of a Redis server as the cache talks to: SET and MGET over RESP 2; everything else is answered OK. */
export class FakeRedis {
  readonly stored = new Map<string, Buffer>()
  /** Commands as they came, without their values. */
  readonly commands: string[] = []
  /** Values of MGET as they are sent, in place of those that were asked for. */
  replace: (values: (Buffer | undefined)[]) => (Buffer | undefined)[] = (values) => values
  /** Takes commands and answers none. */
  hangs = false
  /** Rejects writes, as a full server does. */
  full = false
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#serve(socket))

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Cuts every connection; clients may come again. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  #serve(socket: Socket): void {
    let received = Buffer.alloc(0)
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      for (;;) {
        const command = readCommand(received)
        if (command === undefined) return
        received = received.subarray(command.end)
        const reply = this.#answer(command.words)
        if (!this.hangs) socket.write(reply)
      }
    })
  }

  #answer([name, ...rest]: Buffer[]): Buffer {
    const keys = rest.map(String)
    const command = String(name)
    if (command === 'MGET') {
      this.commands.push(`MGET of ${keys.length}`)
      const values = this.replace(keys.map((key) => this.stored.get(key)))
      return Buffer.concat([Buffer.from(`*${values.length}\r\n`), ...values.map(bulk)])
    }
    if (command === 'SET') {
      this.commands.push(['SET', ...keys.slice(2)].join(' '))
      if (this.full) return Buffer.from('-OOM command not allowed\r\n')
      this.stored.set(keys[0] ?? '', rest[1] ?? Buffer.alloc(0))
    }
    return Buffer.from('+OK\r\n')
  }
}

function bulk(value: Buffer | undefined): Buffer {
  if (value === undefined) return NOTHING
  return Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')])
}

/** A command is an array of bulk strings: `*<count>`, then `$<length>` and the bytes of each. */
function readCommand(bytes: Buffer): { words: Buffer[]; end: number } | undefined {
  let at = 0
  const readNumber = () => {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const number = Number(bytes.toString('latin1', at + 1, lineEnd))
    at = lineEnd + 2
    return number
  }
  const count = readNumber()
  if (count === undefined) return undefined
  const words: Buffer[] = []
  while (words.length < count) {
    const length = readNumber()
    if (length === undefined || at + length + 2 > bytes.length) return undefined
    words.push(bytes.subarray(at, at + length))
    at += length + 2
  }
  return { words, end: at }
}
