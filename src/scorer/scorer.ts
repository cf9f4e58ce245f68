import { LLimitError } from '../errors.js'
import type { StartedBackend } from '../tensor/backend.js'
import { Thread } from '../thread/thread.js'
import type { PromptBatch } from './denseNetwork.js'
import type { NetworkShape } from './networkShape.js'
import type { NetworkSource } from './files.js'
import type { ScorerCalls } from './worker.js'

/** A dense network that is loaded in the scorer's thread. */
export interface LoadedNetwork {
  shape: NetworkShape
  /**
   * @param signal cancels the work that is still to be done; the promise then rejects with its reason.
   * @returns [M, P] row by row: all prompts of the first LLM, then of the next.
   */
  score(batch: PromptBatch, signal?: AbortSignal): Promise<Float32Array>
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
  #nextId = 0
  #nextJob = 0

  /**
   * @param onStart told which backend computes, now and after each restart.
   * @param onLost told why the thread ended, if it did so by itself.
   */
  constructor(onStart: (backend: StartedBackend) => void, onLost?: (reason: string) => void) {
    this.#thread = new Thread<ScorerCalls>({
      title: 'The scorer',
      script: new URL('./worker.js', import.meta.url),
      setUp: async (call) => {
        onStart(await call('start', undefined))
        this.#unloaded.clear()
        for (const [id, source] of this.#sources) {
          // One that was replaced on disk meanwhile stays unloaded for now: its requests fail, the others go on.
          await call('load', { id, source }).catch((error: unknown) => {
            if (isLost(error)) throw error
            this.#unloaded.add(id)
          })
        }
      },
      onLost,
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
        if (this.#unloaded.has(id)) await this.#reload(id, source)
        return this.#score(id, batch, signal)
      },
      dispose: () => {
        this.#sources.delete(id)
        this.#unloaded.delete(id)
        return this.#thread.call('unload', id)
      },
    }
  }

  async #score(id: number, batch: PromptBatch, signal: AbortSignal | undefined): Promise<Float32Array> {
    signal?.throwIfAborted()
    const job = this.#nextJob++
    const cancel = () => {
      // If the thread has ended meanwhile, so has the job.
      this.#thread.call('cancel', job).catch(() => undefined)
    }
    signal?.addEventListener('abort', cancel)
    try {
      return await this.#thread.call('score', { id, job, batch })
    } catch (error) {
      // Says more than the error with which the thread ends a job that was cancelled.
      signal?.throwIfAborted()
      throw error
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
      } finally {
        this.#reloading.delete(id)
      }
    }
    const loading = this.#reloading.get(id) ?? load()
    this.#reloading.set(id, loading)
    return loading
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}

/** Whether the thread ended meanwhile: the next call starts another. */
function isLost(error: unknown): boolean {
  return error instanceof LLimitError && error.code === 'ENGINE_UNAVAILABLE'
}
