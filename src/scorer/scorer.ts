import type { StartedBackend } from '../tensor/backend.js'
import { Thread } from '../thread/thread.js'
import type { NetworkShape, PromptBatch } from './denseNetwork.js'
import type { NetworkSource } from './files.js'
import type { ScorerCalls } from './worker.js'

/** A dense network that is loaded in the scorer's thread. */
export interface LoadedNetwork {
  shape: NetworkShape
  /** @returns [M, P] row by row: all prompts of the first LLM, then of the next. */
  score(batch: PromptBatch): Promise<Float32Array>
  dispose(): Promise<void>
}

/**
 * The thread that scores, apart from the encoder's so that scoring never waits behind the encoding of another request.
 * After a crash the new thread loads every network again.
 */
export class Scorer {
  readonly #thread: Thread<ScorerCalls>
  readonly #sources = new Map<number, NetworkSource>()
  #nextId = 0

  /** @param onStart told which backend computes, now and after each restart. */
  constructor(onStart: (backend: StartedBackend) => void) {
    this.#thread = new Thread<ScorerCalls>({
      title: 'the scorer',
      script: new URL('./worker.js', import.meta.url),
      setUp: async (call) => {
        onStart(await call('start', undefined))
        for (const [id, source] of this.#sources) {
          // One that was replaced on disk meanwhile stays out: its requests fail, the others go on.
          await call('load', { id, source }).catch(() => this.#sources.delete(id))
        }
      },
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
      score: (batch) => this.#thread.call('score', { id, batch }),
      dispose: () => {
        this.#sources.delete(id)
        return this.#thread.call('unload', id)
      },
    }
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}
