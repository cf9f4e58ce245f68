import type { Writable } from 'node:stream'

import type { Progress } from './progress.js'

/** Where a command may write. */
export interface Streams {
  stdout: Writable
  stderr: Writable & { isTTY?: boolean }
}

interface Options extends Streams {
  /** The result is printed as JSON when the command has ended. */
  json: boolean
  quiet: boolean
  /** Aborted when the command is to end early. */
  signal: AbortSignal
}

/** What a command says and to whom: its result on stdout; on stderr what happens meanwhile. */
export class Terminal {
  readonly json: boolean
  readonly quiet: boolean
  readonly signal: AbortSignal
  readonly #streams: Streams
  readonly #cleanups: (() => Promise<void>)[] = []
  #progress: Progress | undefined

  constructor({ stdout, stderr, json, quiet, signal }: Options) {
    this.json = json
    this.quiet = quiet
    this.signal = signal
    this.#streams = { stdout, stderr }
  }

  /** A line of the result, for people. */
  print(line: string): void {
    if (this.json) this.note(line)
    else this.#streams.stdout.write(`${line}\n`)
  }

  /** The result as one JSON document, if somebody asked for it. */
  result(document: unknown): void {
    if (this.json && document !== undefined) {
      this.#streams.stdout.write(`${JSON.stringify(document, undefined, 1)}\n`)
    }
  }

  /** A line about what happens. */
  note(line: string): void {
    if (this.quiet) return
    this.#progress?.clear()
    this.#streams.stderr.write(`${line}\n`)
  }

  /** Shows how far `work` is, while it runs. */
  async progress<T>(
    title: string,
    work: (report: (done: number, total: number) => void) => T | Promise<T>,
  ): Promise<T> {
    // A server shows none, and starts without what draws bars.
    const { Progress: Shown } = await import('./progress.js')
    const progress = new Shown(title, { stream: this.#streams.stderr, quiet: this.quiet })
    this.#progress = progress
    try {
      return await work((done, total) => progress.at(done, total))
    } finally {
      progress.stop()
      this.#progress = undefined
    }
  }

  /** Something to do when the command ends, however it ends. */
  defer(cleanup: () => Promise<void>): void {
    this.#cleanups.push(cleanup)
  }

  /** Does what was deferred, the latest first. */
  async close(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup()
  }
}
