import { Writable } from 'node:stream'

/** Bytes of lines that may wait for whoever reads them. */
const MAX_WAITING = 4 * 2 ** 20

/**
 * Where a server writes its log. A pipe takes what nobody reads until it is full; Node keeps the rest, without a bound: lines
 * beyond ours are dropped, since a server goes on whoever reads its log.
 */
export class LogStream extends Writable {
  readonly isTTY: boolean
  readonly #target: Writable
  readonly #onDropped: (bytes: number) => void
  #dropped = 0

  /** @param onDropped is told of the bytes that were dropped, when lines are written again */
  constructor(target: Writable & { isTTY?: boolean }, onDropped: (bytes: number) => void) {
    super()
    this.isTTY = target.isTTY === true
    this.#target = target
    this.#onDropped = onDropped
  }

  override _write(lines: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    if (this.#target.writableLength + lines.length > MAX_WAITING) this.#dropped += lines.length
    else {
      this.#target.write(lines)
      const dropped = this.#dropped
      this.#dropped = 0
      if (dropped > 0) this.#onDropped(dropped)
    }
    callback()
  }
}
