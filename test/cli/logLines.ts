import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Interface } from 'node:readline'
import type { Readable } from 'node:stream'

/** The lines of a program's log, all of which are read: a pipe that nobody reads fills up. */
export class LogLines {
  readonly seen: string[] = []
  /** When the last process that writes to it has ended. */
  readonly ended: Promise<unknown>
  readonly #reader: Interface
  readonly #stream: Readable
  #hasEnded = false

  constructor(stream: Readable) {
    this.#stream = stream
    this.#reader = createInterface({ input: stream })
    this.#reader.on('line', (line) => this.seen.push(line))
    this.ended = once(this.#reader, 'close').then(() => (this.#hasEnded = true))
  }

  /** Reads no more. */
  pause(): void {
    this.#reader.close()
    this.#stream.pause()
  }

  /** Waits for a line, which may have come already. */
  async until(matches: (line: string) => boolean): Promise<string> {
    for (let at = 0; ;) {
      for (; at < this.seen.length; at++) {
        const line = this.seen[at]
        if (line !== undefined && matches(line)) return line
      }
      if (this.#hasEnded)
        throw new Error(`the log ended before the line came: ${this.seen.slice(-5).join('\n')}`)
      await Promise.race([once(this.#reader, 'line'), this.ended])
    }
  }
}
