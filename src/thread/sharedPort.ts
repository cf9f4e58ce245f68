import cluster from 'node:cluster'
import type { Worker } from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'

import { isProcessMessage } from './processMessages.js'
import type { ProcessMessage } from './processMessages.js'
import { untilNoneWaits } from './untilNoneWaits.js'

/** What Node warns of when a process could not be given a connection, for want of descriptors; it has closed it then. */
const LOST = 'SentHandleNotReceivedWarning'

/**
 * In the first of several processes: holds the port, accepts every connection, and gives each to a process that has taken those
 * before. Node's cluster does the same, but resets the connections that are on their way to the last process when that one
 * closes the port; here the port is closed first, and then the process is told that nothing more comes.
 */
export class SharedPort {
  readonly #listener: Server
  readonly #stop: AbortSignal
  readonly #members = new Set<Worker>()
  /** Those that have taken all that they were given, the one that waits longest first. */
  readonly #free = new Set<Worker>()
  /** Connections that no process has been given. */
  readonly #waiting: Socket[] = []
  /** Connections so far. */
  #opened = 0

  private constructor(listener: Server, stop: AbortSignal) {
    this.#listener = listener
    this.#stop = stop
    listener.on('connection', (socket: Socket) => {
      this.#opened++
      this.#waiting.push(socket)
      this.#give()
    })
    // One that cannot be accepted, for want of descriptors, is no reason to end.
    listener.on('error', () => undefined)
    cluster.on('message', (worker: Worker, message: unknown) => {
      if (isProcessMessage(message)) this.#receive(worker, message)
    })
    cluster.on('exit', (worker: Worker) => this.#remove(worker))
    process.on('warning', ({ name }) => {
      if (name === LOST) this.#askAgain()
    })
  }

  /**
   * @param stop says that the server stops, so that the last process to leave closes the port.
   * @throws the error of the socket, such as EADDRINUSE
   */
  static async open(host: string, port: number, stop: AbortSignal): Promise<SharedPort> {
    const listener = createServer({ pauseOnConnect: true, noDelay: true })
    const shared = new SharedPort(listener, stop)
    listener.listen(port, host)
    await once(listener, 'listening')
    return shared
  }

  /** For the end: those that were not given to anyone are closed too. */
  close(): void {
    if (this.#listener.listening) this.#listener.close()
    for (const socket of this.#waiting.splice(0)) socket.destroy()
  }

  #receive(worker: Worker, { llimit }: ProcessMessage): void {
    if (llimit === 'join') {
      this.#members.add(worker)
      send(worker, { llimit: 'address', address: this.#listener.address() as AddressInfo })
    }
    if (llimit === 'leave') void this.#letGo(worker)
    else if ((llimit === 'join' || llimit === 'taken') && this.#members.has(worker)) {
      this.#free.add(worker)
      this.#give()
    }
  }

  #give(): void {
    for (const worker of this.#free) {
      const socket = this.#waiting.shift()
      if (socket === undefined) return
      this.#free.delete(worker)
      send(worker, { llimit: 'connection' }, socket)
    }
  }

  /** Node does not say whose connection was lost, and that process would never be given another. */
  #askAgain(): void {
    for (const worker of this.#members) if (!this.#free.has(worker)) send(worker, { llimit: 'lost' })
  }

  async #letGo(worker: Worker): Promise<void> {
    this.#remove(worker)
    if (this.#members.size === 0 && this.#stop.aborted) {
      await untilNoneWaits(() => this.#opened)
      if (this.#listener.listening) this.#listener.close()
      for (const socket of this.#waiting.splice(0)) send(worker, { llimit: 'connection' }, socket)
    }
    // Messages arrive in order, so it has all connections by then.
    send(worker, { llimit: 'left' })
  }

  #remove(worker: Worker): void {
    this.#members.delete(worker)
    this.#free.delete(worker)
  }
}

/** One that ends meanwhile gets nothing, and its connection is closed. */
function send(worker: Worker, message: ProcessMessage, socket?: Socket): void {
  if (worker.isConnected()) worker.send(message, socket, undefined, () => undefined)
  else socket?.destroy()
}
