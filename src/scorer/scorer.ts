import { setTimeout } from 'node:timers/promises'

import { LLimitError } from '../errors.js'
import type { StartedBackend } from '../tensor/backend.js'
import { Pauses } from '../failures/pauses.js'
import { isCulprit } from '../thread/callErrors.js'
import { Thread } from '../thread/thread.js'
import { problemOfThread } from '../thread/threadProblem.js'
import { untilAborted } from '../thread/untilAborted.js'
import type { PromptBatch } from './denseNetwork.js'
import type { NetworkShape } from './networkShape.js'
import type { NetworkSource } from './files.js'
import type { ScorerCalls } from './worker.js'

/** A block of pairs takes milliseconds, also on a machine that is busy. */
const STUCK_AFTER_MS = 10_000

/** Its objects are layers and the JSON that they come from; weights lie in WebAssembly. */
const MAX_HEAP_MB = 512

/** How long the number of tensors is waited for. */
const COUNTING_MS = 500

/** A dense network that is loaded in the scorer's thread. */
export interface LoadedNetwork {
  shape: NetworkShape
  /**
   * @param signal cancels the work that is still to be done; the promise then rejects with its reason.
   * @returns [M, P] row by row: all prompts of the first LLM, then of the next.
   */
  score(batch: PromptBatch, signal?: AbortSignal): Promise<Float32Array>
  /** Why it cannot be used for now; undefined if it can. */
  problem(): string | undefined
  dispose(): Promise<void>
}

/**
 * The thread that scores, separate from the encoder's so that scoring never waits behind the encoding of another request.
 * After a crash the new thread loads every network again.
 */
export class Scorer {
  readonly #thread: Thread<ScorerCalls>
  readonly #sources = new Map<number, NetworkSource>()
  /** Networks that a new thread could not load: tried again whenever they are asked for. */
  readonly #unloaded = new Set<number>()
  readonly #reloading = new Map<number, Promise<void>>()
  /** Networks in which a thread was stuck or trapped: put aside for a while, so that the others go on. */
  readonly #aside: Pauses<number>
  readonly #onAside: () => void
  #nextId = 0
  #nextJob = 0
  #tensors = 0

  /**
   * @param onStart told which backend computes, now and after each restart.
   * @param onLost told why the thread ended, if it did so by itself or had to be replaced.
   * @param stuckAfterMs time without an answer after which it is replaced.
   * @param onAside told whenever a network is put aside.
   * @param aside pauses of networks that were put aside; tests have a clock that they set.
   * @param nice by how much the thread is lower in priority than that of the process.
   */
  constructor(
    onStart: (backend: StartedBackend) => void,
    onLost?: (reason: string) => void,
    stuckAfterMs = STUCK_AFTER_MS,
    onAside: () => void = () => undefined,
    aside = new Pauses<number>(),
    nice = 0,
  ) {
    this.#aside = aside
    this.#onAside = onAside
    this.#thread = new Thread<ScorerCalls>({
      title: 'The scorer',
      script: new URL('./worker.js', import.meta.url),
      setUp: async (call) => {
        onStart(await call('start', undefined))
        this.#unloaded.clear()
        for (const [id, source] of this.#sources) {
          if (this.#aside.has(id)) {
            this.#unloaded.add(id)
            continue
          }
          // One that was replaced on disk meanwhile stays unloaded for now: its requests fail, the others go on.
          await call('load', { id, source }).catch((error: unknown) => {
            if (isLost(error)) throw error
            this.#unloaded.add(id)
            this.#blame(id, error)
          })
        }
      },
      onLost,
      // TensorFlow.js on WebAssembly or in JavaScript.
      isInterruptible: true,
      stuckAfterMs,
      culpritCode: 'MODEL_BROKEN',
      maxHeapMb: MAX_HEAP_MB,
      nice,
    })
  }

  /**
   * Starts the thread; what is asked before it has started waits for it.
   * @throws LLimitError ENGINE_UNAVAILABLE
   */
  start(): Promise<void> {
    return this.#thread.start()
  }

  /** @throws LLimitError MODEL_BROKEN if the files are not those of the card, or do not contain a dense network. */
  async load(source: NetworkSource): Promise<LoadedNetwork> {
    const id = this.#nextId++
    const shape = await this.#thread.call('load', { id, source })
    this.#sources.set(id, source)
    return {
      shape,
      score: async (batch, signal) => {
        signal?.throwIfAborted()
        this.#aside.check(id)
        if (this.#unloaded.has(id)) await untilAborted(this.#reload(id, source), signal)
        return this.#score(id, batch, signal)
      },
      problem: () => (this.#aside.has(id) ? this.#aside.reasonOf(id) : undefined),
      dispose: () => {
        this.#sources.delete(id)
        this.#unloaded.delete(id)
        this.#aside.delete(id)
        return this.#thread.call('unload', id)
      },
    }
  }

  async #score(id: number, batch: PromptBatch, signal: AbortSignal | undefined): Promise<Float32Array> {
    const job = this.#nextJob++
    const cancel = () => {
      // If the thread has ended meanwhile, so has the job.
      this.#thread.call('cancel', job).catch(() => undefined)
    }
    signal?.addEventListener('abort', cancel)
    try {
      const scoring = this.#thread.call('score', { id, job, batch })
      scoring.catch((error: unknown) => this.#blame(id, error))
      // The thread may be stuck, and then ends no job.
      return await untilAborted(scoring, signal)
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /**
   * Once for all that ask for it at the same moment.
   * @throws LLimitError MODEL_BROKEN as long as the files are not those of the card.
   */
  #reload(id: number, source: NetworkSource): Promise<void> {
    const load = async () => {
      try {
        await this.#thread.call('load', { id, source })
        this.#unloaded.delete(id)
      } catch (error) {
        this.#blame(id, error)
        throw error
      } finally {
        this.#reloading.delete(id)
      }
    }
    const loading = this.#reloading.get(id) ?? load()
    this.#reloading.set(id, loading)
    return loading
  }

  /** Puts a network aside in which the thread failed. */
  #blame(id: number, error: unknown): void {
    if (!isCulprit(error) || !this.#sources.has(id)) return
    this.#aside.add(id, error)
    this.#onAside()
    this.#unloaded.add(id)
  }

  /** Tensors of its thread, as many as were counted last if it is not there. */
  async tensors(): Promise<number> {
    if (this.#nextId === 0) return 0
    const counting = this.#thread.call('tensors', undefined).then((tensors) => (this.#tensors = tensors))
    // Nobody who asks for numbers waits for a thread that computes or starts.
    const late = setTimeout(COUNTING_MS, undefined, { ref: false })
    await Promise.race([counting.catch(() => undefined), late])
    return this.#tensors
  }

  /** Why its thread cannot be relied on now, if it was needed and cannot. */
  async problem(): Promise<string | undefined> {
    return this.#nextId === 0 ? undefined : problemOfThread('The scorer', this.#thread)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}

/** Whether the thread ended meanwhile: the next call starts another. */
function isLost(error: unknown): boolean {
  return error instanceof LLimitError && error.code === 'ENGINE_UNAVAILABLE'
}
