import { setTimeout } from 'node:timers/promises'

import type { Logger } from 'winston'

import { LLimitError, messageOf } from '../errors.js'
import type { Registry } from '../registry/registry.js'
import { mapYielding } from '../thread/mapYielding.js'
import { nextTurn } from '../thread/turns.js'
import type { KnownLlms } from './knownLlms.js'
import type { SelectionService } from './service.js'

/** Single prompts that are scored until all code on their way is compiled, whichever comes first. */
const BURN_IN_PROMPTS = 100
const BURN_IN_MS = 500

/** A saved model that could not be loaded is tried again after 1 s, 2 s, 4 s, and then each minute: somebody may mend it. */
const RETRY_MS = 1_000
const MAX_RETRY_MS = 60_000

interface Parts {
  selection: Pick<SelectionService, 'infer'>
  registry: Registry
  knownLlms: KnownLlms
  log: Logger
}

/** The saved models that the server is to have ready before it is sent requests. */
export class Preloaded {
  readonly #parts: Parts
  /** Why each is not ready yet. */
  readonly #waiting: Map<string, string>
  readonly #ready = new Set<string>()

  constructor(models: readonly string[], parts: Parts) {
    this.#parts = parts
    this.#waiting = new Map(models.map((model) => [model, 'it is being loaded']))
  }

  /**
   * Loads each, which holds it to the reference scores of its card, and scores prompts until that is fast. What fails is logged, and
   * tried again until `stop` is aborted.
   * @returns when each has been tried once.
   */
  async load(stop: AbortSignal): Promise<void> {
    for (const model of this.#waiting.keys()) {
      if (stop.aborted) return
      const isReady = await this.#try(model)
      if (!isReady) void this.#tryAgain(model, stop)
    }
  }

  /** Why the server is not ready, a line for each saved model that is not; one that was loaded may have been removed since. */
  async problems(): Promise<string[]> {
    const removed = [...this.#ready].map((model) => this.#problemSince(model))
    const waiting = [...this.#waiting].map(
      ([model, reason]) => `The saved model ${model} is not ready: ${reason}`,
    )
    return [...waiting, ...(await Promise.all(removed)).filter((problem) => problem !== undefined)]
  }

  /** While a replacement is broken, the version before it is served. */
  async #problemSince(model: string): Promise<string | undefined> {
    const { registry } = this.#parts
    try {
      await registry.find(model)
      return undefined
    } catch (error) {
      const isGone = error instanceof LLimitError && error.code === 'MODEL_NOT_FOUND'
      if (!isGone && registry.isLoaded(model)) return undefined
      return `The saved model ${model} cannot be loaded any more: ${messageOf(error)}`
    }
  }

  async #try(model: string): Promise<boolean> {
    const { log } = this.#parts
    try {
      await this.#prepare(model)
      this.#waiting.delete(model)
      this.#ready.add(model)
      return true
    } catch (error) {
      const reason = messageOf(error)
      if (this.#waiting.get(model) !== reason) log.warn('saved model not preloaded', { model, reason })
      this.#waiting.set(model, reason)
      return false
    }
  }

  async #tryAgain(model: string, stop: AbortSignal): Promise<void> {
    for (let pause = RETRY_MS; ; pause = Math.min(2 * pause, MAX_RETRY_MS)) {
      await setTimeout(pause, undefined, { ref: false, signal: stop }).catch(() => undefined)
      if (stop.aborted || (await this.#try(model))) return
    }
  }

  async #prepare(model: string): Promise<void> {
    const { selection, registry, knownLlms } = this.#parts
    const { savedModel, release } = await registry.acquire(model)
    try {
      const { card } = savedModel
      const llms = card.llms.slice(0, 1)
      const end = performance.now() + BURN_IN_MS
      for (let i = 0; i < BURN_IN_PROMPTS && performance.now() < end; i++) {
        await selection.infer({ model, llms, prompts: [`warm up ${i}`], batchSize: 1 })
        // A request that has come meanwhile does not wait for all of them.
        await nextTurn()
      }
      // After the first answers, which need it only if they are asked for names of other forms.
      knownLlms.resolverOf(card)
      // To look up the prices of 500 LLMs takes a quarter of a second, in which requests are answered.
      const prices = await knownLlms.prices()
      await mapYielding(card.llms, (llm) => prices.of(llm, llm))
      savedModel.lengths?.general()
    } finally {
      release()
    }
  }
}
