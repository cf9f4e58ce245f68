import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

import { codeOf, LLimitError, messageOf } from '../errors.js'
import type { ErrorCode } from '../errors.js'
import { PING_ID } from './calls.js'
import type { Calls, CallMessage, ReplyMessage, ServeData } from './calls.js'
import { CulpritError, revive } from './callErrors.js'
import { Watchdog } from './watchdog.js'

interface Pending {
  message: CallMessage
  resolve: (value: unknown) => void
  reject: (error: LLimitError) => void
  /** Made by `setUp`, or sent before to a worker that had to be replaced: not to be sent again. */
  isLast: boolean
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
  /** Nothing need close it: it does not keep the process alive. */
  endsWithProcess?: boolean
  /** Told when a worker that had been set up ends by itself, or had to be replaced. */
  onLost?: ((reason: string) => void) | undefined
  /** Told when `close` has ended the worker. */
  onClosed?: () => void
  /** Whether it may be ended in the middle of a call: inside ONNX Runtime that takes the process along. Default: false. */
  isInterruptible?: boolean
  /** Milliseconds without an answer after which the worker is stuck. */
  stuckAfterMs?: number
  /** Of the error of the call in which a worker was stuck, trapped or ran out of memory. */
  culpritCode?: ErrorCode
  /** Most MiB of JavaScript objects; arrays and WebAssembly do not count. */
  maxHeapMb?: number
  /** By how much its priority is lower than that of the process, see `lowerPriority`. Default: 0. */
  nice?: number | undefined
}

/** How long `close` waits for the calls that a worker holds: longer than any batch takes. */
const CLOSE_MS = 2_000

const STUCK_AFTER_MS = 120_000
const MAX_HEAP_MB = 2048

/** Workers that are started one after the other while each has to be replaced before it is set up. */
const MAX_LAUNCHES = 8

/**
 * A worker thread behind typed calls. Whatever ends the worker by itself, the calls it held are rejected with
 * ENGINE_UNAVAILABLE and the next call gets a new worker. A worker that is stuck, trapped or out of memory is replaced: the call
 * that did it is rejected, the others are made again. Nobody is left hanging and one bad request does not take the service
 * down. A thread shares its process, though: what aborts in native code takes all of it along.
 */
export class Thread<C extends Calls<C>> {
  readonly #options: ThreadOptions<C>
  readonly #pending = new Map<number, Pending>()
  /** [1] Id of the call that the worker computes for. */
  readonly #current = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #worker: Worker | undefined
  #watchdog: Watchdog | undefined
  #ready: Promise<void> | undefined
  #nextId = 0
  #isSetUp = false
  #isReplaced = false
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
  readonly call: Caller<C> = (method, argument) =>
    this.start().then(() => this.#send(method, argument, false)) as ReturnType<Caller<C>>

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
    for (let launch = 1; ; launch++) {
      const worker = this.#startWorker()
      try {
        await this.#options.setUp(
          (method, argument) => this.#send(method, argument, true) as ReturnType<Caller<C>>,
        )
        this.#isSetUp = true
        return
      } catch (error) {
        await worker.terminate()
        this.#lose(worker)
        if (this.#isReplaced && !this.#closed && launch < MAX_LAUNCHES) continue
        this.#ready = undefined
        throw error
      }
    }
  }

  #startWorker(): Worker {
    // A worker inherits the flags of the process, but not what the process turned on later.
    const isTurnedOn = process.sourceMapsEnabled && !process.execArgv.includes('--enable-source-maps')
    const { script, maxHeapMb = MAX_HEAP_MB, stuckAfterMs = STUCK_AFTER_MS, nice = 0 } = this.#options
    Atomics.store(this.#current, 0, PING_ID)
    const worker = new Worker(script, {
      workerData: { current: this.#current, nice } satisfies ServeData,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
      ...(isTurnedOn && { execArgv: ['--enable-source-maps'] }),
    })
    this.#worker = worker
    this.#isReplaced = false
    worker.on('message', (reply: ReplyMessage) => {
      if (this.#worker === worker) this.#settle(reply)
    })
    if (this.#options.endsWithProcess === true) worker.unref() // Now: the listener would take it back.
    worker.on('error', (error) => {
      const isFull = codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY'
      if (isFull && this.#worker === worker) this.#replace(this.#currentId(), 'ran out of memory')
      else this.#lose(worker, error)
    })
    worker.on('exit', () => this.#lose(worker))
    this.#watchdog = new Watchdog({
      afterMs: stuckAfterMs,
      isBusy: () => this.#pending.size > 0,
      ping: () =>
        worker.postMessage({ id: PING_ID, method: 'ping', argument: undefined } satisfies CallMessage),
      onStuck: () => this.#stuck(`was stuck for ${stuckAfterMs / 1000} s`),
    })
    return worker
  }

  /** Milliseconds for which it has not answered; undefined if it does not run. */
  silenceMs(): number | undefined {
    return this.#isSetUp ? this.#watchdog?.silenceMs() : undefined
  }

  #currentId(): number {
    return Atomics.load(this.#current, 0)
  }

  #send(method: string, argument: unknown, isLast: boolean): Promise<unknown> {
    const worker = this.#worker
    if (worker === undefined) return Promise.reject(this.#stopped('stopped'))
    const message = { id: this.#nextId++, method, argument } satisfies CallMessage
    return new Promise((resolve, reject) => {
      this.#pending.set(message.id, { message, resolve, reject, isLast })
      worker.postMessage(message)
    })
  }

  #settle(reply: ReplyMessage): void {
    this.#watchdog?.answered()
    if (reply.id === PING_ID) return
    if ('error' in reply && reply.error.isFatal === true && this.#options.isInterruptible === true) {
      this.#replace(reply.id, `failed (${reply.error.message})`)
      return
    }
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

  #stuck(what: string): void {
    if (this.#options.isInterruptible === true) {
      this.#replace(this.#currentId(), what)
      return
    }
    // It may come back; until then nobody waits for it.
    this.#rejectAll(this.#stopped(what))
    this.#options.onLost?.(what)
  }

  /** @param culprit id of the call that is at fault; the others are made again. */
  #replace(culprit: number, what: string): void {
    const worker = this.#worker
    if (worker === undefined) return
    const { title, culpritCode = 'ENGINE_UNAVAILABLE' } = this.#options
    const message = `${title} ${what} while it worked on this, and was replaced`
    this.#pending
      .get(culprit)
      ?.reject(new LLimitError(culpritCode, message, { cause: new CulpritError(what) }))
    this.#pending.delete(culprit)
    const others = [...this.#pending.values()].filter(({ isLast }) => !isLast)
    for (const { message: call } of others) this.#pending.delete(call.id)
    this.#isReplaced = true
    this.#lose(worker, new Error(what))
    void worker.terminate()
    for (const { message: call, resolve, reject } of others) {
      this.start()
        .then(() => this.#send(call.method, call.argument, true))
        .then(resolve, reject)
    }
  }

  #lose(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#watchdog?.stop()
    const wasSetUp = this.#isSetUp
    this.#isSetUp = false
    // While it is set up, `#launch` says what follows.
    if (wasSetUp) this.#ready = undefined
    this.#rejectAll(this.#stopped('stopped while it held this request', cause))
    if (wasSetUp && !this.#closed) this.#options.onLost?.(cause === undefined ? 'it ended' : messageOf(cause))
  }

  #rejectAll(error: LLimitError): void {
    const held = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of held) reject(error)
    this.#whenIdle()
  }

  #stopped(how: string, cause?: unknown): LLimitError {
    return new LLimitError('ENGINE_UNAVAILABLE', `${this.#options.title} ${how}; try again`, { cause })
  }
}
