import { Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'

import { isProcessMessage } from './processMessages.js'
import type { ProcessMessage } from './processMessages.js'

/** In one of several processes: takes connections of the port that the first one holds. */
export class PortMember {
  #joined: (address: AddressInfo) => void = () => undefined
  #left: () => void = () => undefined

  /** @param take gets each connection, of which nothing has been read */
  constructor(take: (socket: Socket) => void) {
    process.on('message', (message: unknown, handle: unknown) => {
      if (!isProcessMessage(message)) return
      if (message.llimit === 'address') this.#joined(message.address)
      if (message.llimit === 'left') this.#left()
      if (message.llimit === 'lost') send({ llimit: 'taken' })
      if (message.llimit !== 'connection') return
      // None if it was closed on its way.
      if (handle instanceof Socket) take(handle)
      send({ llimit: 'taken' })
    })
  }

  /** Connections come from now on. @returns the address of the port. */
  join(): Promise<AddressInfo> {
    return new Promise((resolve) => {
      this.#joined = resolve
      send({ llimit: 'join' })
    })
  }

  /** Resolves when all connections have come, and what else had arrived by then has been read. */
  async leave(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#left = resolve
      send({ llimit: 'leave' })
    })
    await setImmediate()
  }
}

function send(message: ProcessMessage): void {
  process.send?.(message, undefined, undefined, () => undefined)
}
