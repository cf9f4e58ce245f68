import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

import { ERROR_CODES, LLimitError, messageOf } from '../errors.js'
import type { ErrorCode } from '../errors.js'
import type { Calls, CallMessage, ReplyMessage } from './calls.js'

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: LLimitError) => void
}

/** Calls a method of the thread; names, argument and result are those of the interface `C`. */
export type Caller<C extends Calls<C>> = <K extends keyof C & string>(
  method: K,
  argument: Parameters<C[K]>[0],
) => Promise<Awaited<ReturnType<C[K]>>>

interface ThreadOptions<C extends Calls<C>> {
  /** What the thread is, at the start of an error message: "The encoder". */
  title: string
  /** The module that the worker runs; it calls `serveCalls`. */
  script: URL
  /** Brings a new worker into the state that calls rely on; runs again after each crash. */
  setUp: (call: Caller<C>) => Promise<void>
  /** Told when a worker that had been set up ends by itself. */
  onLost?: ((reason: string) => void) | undefined
  /** Told when `close` has ended the worker. */
  onClosed?: () => void
}

/** How long `close` waits for the calls that a worker holds: longer than any batch takes. */
const CLOSE_MS = 2_000

/**
 * A worker thread behind typed calls. Whatever ends the worker (an error, its heap used up), the calls it held are rejected with
 * ENGINE_UNAVAILABLE and the next call gets a new worker: nobody is left hanging and one bad request does not take the
 * service down. A thread shares its process, though: what aborts in native code takes all of it along.
 */
export class Thread<C extends Calls<C>> {
  readonly #options: ThreadOptions<C>
  readonly #pending = new Map<number, Pending>()
  #worker: Worker | undefined
  #ready: Promise<void> | undefined
  #nextId = 0
  #isSetUp = false
  #closed = false
  #whenIdle = (): void => undefined

  constructor(options: ThreadOptions<C>) {
    this.#options = options
  }

  /** Starts the worker if none runs. Resolves when it is set up. */
  start(): Promise<void> {
    if (this.#closed) return Promise.reject(this.#stopped('is closed'))
    this.#ready ??= this.#launch()
    return this.#ready
  }

  /** @throws LLimitError what the handler threw, or ENGINE_UNAVAILABLE if the worker ended first. */
  readonly call: Caller<C> = (method, argument) => this.start().then(() => this.#send(method, argument))

  /**
   * Ends the worker, after the calls that it holds; what it still holds after two seconds is rejected. A worker must not be
   * terminated inside a library: ONNX Runtime's binding then aborts the process when its run returns.
   */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.race([this.#idle(), setTimeout(CLOSE_MS, undefined, { ref: false })])
    await this.#worker?.terminate()
    this.#options.onClosed?.()
  }

  async #launch(): Promise<void> {
    // A worker inherits the flags of the process, but not what the process turned on later.
    const isTurnedOn = process.sourceMapsEnabled && !process.execArgv.includes('--enable-source-maps')
    const worker = new Worker(this.#options.script, isTurnedOn ? { execArgv: ['--enable-source-maps'] } : {})
    this.#worker = worker
    worker.on('message', (reply: ReplyMessage) => this.#settle(reply))
    worker.on('error', (error) => this.#lose(worker, error))
    worker.on('exit', () => this.#lose(worker))
    try {
      await this.#options.setUp((method, argument) => this.#send(method, argument))
      this.#isSetUp = true
    } catch (error) {
      await worker.terminate()
      this.#lose(worker)
      throw error
    }
  }

  #send<K extends keyof C & string>(
    method: K,
    argument: Parameters<C[K]>[0],
  ): Promise<Awaited<ReturnType<C[K]>>> {
    const worker = this.#worker
    if (worker === undefined) return Promise.reject(this.#stopped('stopped'))
    const id = this.#nextId++
    const message: CallMessage = { id, method, argument }
    return new Promise((resolve, reject) => {
      // The worker answers call `id` with the result of `method`, whose type only the interface knows.
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject })
      worker.postMessage(message)
    })
  }

  #settle(reply: ReplyMessage): void {
    const pending = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if ('value' in reply) pending?.resolve(reply.value)
    else pending?.reject(revive(reply.error))
    if (this.#pending.size === 0) this.#whenIdle()
  }

  /** Resolves when the worker holds no call. */
  #idle(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve()
    return new Promise((resolve) => (this.#whenIdle = resolve))
  }

  #lose(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#ready = undefined
    const held = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of held) reject(this.#stopped('stopped while it held this request', cause))
    this.#whenIdle()
    if (this.#isSetUp && !this.#closed)
      this.#options.onLost?.(cause === undefined ? 'it ended' : messageOf(cause))
    this.#isSetUp = false
  }

  #stopped(how: string, cause?: unknown): LLimitError {
    return new LLimitError('ENGINE_UNAVAILABLE', `${this.#options.title} ${how}; try again`, { cause })
  }
}

function revive(error: { code?: string; message: string; stack?: string }): LLimitError {
  const cause = new Error(error.message)
  if (error.stack !== undefined) cause.stack = error.stack
  return new LLimitError(isErrorCode(error.code) ? error.code : 'INTERNAL', error.message, { cause })
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return ERROR_CODES.some((known) => known === code)
}
