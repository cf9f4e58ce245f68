import { LLimitError } from '../errors.js'
import type { StartedBackend } from '../tensor/backend.js'
import { Thread } from '../thread/thread.js'
import type { NetworkShape, PromptBatch } from './denseNetwork.js'
import type { NetworkSource } from './files.js'
import type { ScorerCalls } from './worker.js'

/** A dense network that is loaded in the scorer's thread. */
export interface LoadedNetwork {
  shape: NetworkShape
  /**
   * @param signal gives the work up that is still to be done; the promise then rejects with its reason.
   * @returns [M, P] row by row: all prompts of the first LLM, then of the next.
   */
  score(batch: PromptBatch, signal?: AbortSignal): Promise<Float32Array>
  dispose(): Promise<void>
}

/**
 * The thread that scores, apart from the encoder's so that scoring never waits behind the encoding of another request.
 * After a crash the new thread loads every network again.
 */
export class Scorer {
  readonly #thread: Thread<ScorerCalls>
  readonly #sources = new Map<number, NetworkSource>()
  /** Networks that a new thread could not load: tried again whenever they are wanted. */
  readonly #missing = new Set<number>()
  readonly #loadingAgain = new Map<number, Promise<void>>()
  #nextId = 0
  #nextJob = 0

  /**
   * @param onStart told which backend computes, now and after each restart.
   * @param onLost told why the thread ended, where it did so by itself.
   */
  constructor(onStart: (backend: StartedBackend) => void, onLost?: (reason: string) => void) {
    this.#thread = new Thread<ScorerCalls>({
      title: 'the scorer',
      script: new URL('./worker.js', import.meta.url),
      setUp: async (call) => {
        onStart(await call('start', undefined))
        this.#missing.clear()
        for (const [id, source] of this.#sources) {
          // One that was replaced on disk meanwhile stays out for now: its requests fail, the others go on.
          await call('load', { id, source }).catch((error: unknown) => {
            if (isLost(error)) throw error
            this.#missing.add(id)
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

  /** @throws LLimitError MODEL_BROKEN where the files are not those of the card, or hold no dense network. */
  async load(source: NetworkSource): Promise<LoadedNetwork> {
    const id = this.#nextId++
    const shape = await this.#thread.call('load', { id, source })
    this.#sources.set(id, source)
    return {
      shape,
      score: async (batch, signal) => {
        if (this.#missing.has(id)) await this.#loadAgain(id, source)
        return this.#score(id, batch, signal)
      },
      dispose: () => {
        this.#sources.delete(id)
        this.#missing.delete(id)
        return this.#thread.call('unload', id)
      },
    }
  }

  async #score(id: number, batch: PromptBatch, signal: AbortSignal | undefined): Promise<Float32Array> {
    signal?.throwIfAborted()
    const job = this.#nextJob++
    const giveUp = () => {
      // Where the thread has ended meanwhile, the job has too.
      this.#thread.call('giveUp', job).catch(() => undefined)
    }
    signal?.addEventListener('abort', giveUp)
    try {
      const scores = await this.#thread.call('score', { id, job, batch })
      if (scores !== undefined) return scores
      signal?.throwIfAborted()
      throw new LLimitError('INTERNAL', 'the scorer gave a job up that is still wanted')
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  /**
   * Once for all that want it at the same moment.
   * @throws LLimitError MODEL_BROKEN as long as the files are not those of the card.
   */
  #loadAgain(id: number, source: NetworkSource): Promise<void> {
    const load = async () => {
      try {
        await this.#thread.call('load', { id, source })
        this.#missing.delete(id)
      } finally {
        this.#loadingAgain.delete(id)
      }
    }
    const loading = this.#loadingAgain.get(id) ?? load()
    this.#loadingAgain.set(id, loading)
    return loading
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}

/** Whether the thread ended meanwhile: the next call starts it anew. */
function isLost(error: unknown): boolean {
  return error instanceof LLimitError && error.code === 'ENGINE_UNAVAILABLE'
}
