import type { Logger } from 'winston'

import type { Encoders } from '../embedding/encoders.js'
import { LLimitError, messageOf } from '../errors.js'
import { FailedLoads } from '../failures/failedLoads.js'
import { checkModelName, splitVersion } from '../savedModel/names.js'
import type { Scorer } from '../scorer/scorer.js'
import type { Metrics } from '../telemetry/metrics.js'
import { untilAborted } from '../thread/untilAborted.js'
import { missingFile } from './cardNetwork.js'
import { Cards } from './cards.js'
import type { CardOnDisk, CheckCard } from './cards.js'
import { keyOf, loadModel, referenceKeyOf, stampOf } from './loadModel.js'
import type { LoadedModel } from './loadModel.js'

/** A saved model that stays in memory until `release` is called. */
interface Lease {
  savedModel: LoadedModel
  release: () => void
}

/** A saved model as the registry holds it. */
interface Held {
  sha256: string
  savedModel: LoadedModel
  leases: number
  evicted: boolean
}

interface RegistryOptions {
  root: string
  maxLoaded: number
  encoders: Encoders
  scorer: Pick<Scorer, 'load'>
  log: Logger
  metrics?: Metrics
  checkCard?: CheckCard | undefined
}

/** Replacements of a saved model that a load follows; nobody writes one faster than it is loaded for long. */
const MAX_ATTEMPTS = 10

/** The saved models: found by listing, loaded on first use, the least recently used evicted beyond `maxLoaded`. */
export class Registry {
  readonly cards: Cards
  readonly #options: RegistryOptions
  /** In the order of their last use, the latest last. */
  readonly #held = new Map<string, Held>()
  readonly #loading = new Map<string, Promise<Held>>()
  readonly #failed = new FailedLoads(['MODEL_BROKEN'])
  /** Errors that the log has. */
  readonly #logged = new WeakSet<LLimitError>()

  constructor(options: RegistryOptions) {
    this.#options = options
    this.cards = new Cards(options.root, options.checkCard)
  }

  /**
   * The card as it lies on disk now, without loading anything.
   * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, MODEL_NOT_FOUND, MODEL_BROKEN
   */
  async find(model: string): Promise<CardOnDisk> {
    checkModelName(model)
    try {
      return await this.cards.get(model)
    } catch (error) {
      throw brokenModel(model, error)
    }
  }

  get loadedModels(): number {
    return this.#held.size
  }

  /** @param model as the listing names it */
  isLoaded(model: string): boolean {
    return this.#held.has(model)
  }

  /**
   * The saved model as it lies on disk now. While a replacement cannot be loaded, the version before it is served.
   * @param signal ends the wait for a load, which goes on for others.
   * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, MODEL_NOT_FOUND, MODEL_BROKEN, ENGINE_UNAVAILABLE; the reason
   * of `signal`.
   */
  async acquire(model: string, signal?: AbortSignal): Promise<Lease> {
    checkModelName(model)
    const leasing = this.#leaseCurrent(model).then((held) => this.#leaseOf(held))
    try {
      return await untilAborted(leasing, signal)
    } catch (error) {
      // It may come when nobody waits for it any more.
      leasing.then(
        ({ release }) => release(),
        () => undefined,
      )
      throw error
    }
  }

  #leaseOf(held: Held): Lease {
    let released = false
    const release = () => {
      if (released) return
      released = true
      held.leases--
      this.#disposeIfUnused(held)
    }
    return { savedModel: held.savedModel, release }
  }

  async #leaseCurrent(model: string): Promise<Held> {
    try {
      const { folder, held } = await this.#current(model)
      return this.#lease(folder, held)
    } catch (error) {
      const folder = this.#heldAs(model)
      const before = folder === undefined ? undefined : this.#held.get(folder)
      if (!(error instanceof LLimitError) || folder === undefined || before === undefined) {
        throw brokenModel(model, error)
      }
      if (error.code === 'MODEL_NOT_FOUND') {
        this.#held.delete(folder)
        this.#evict(before)
      }
      if (error.code !== 'MODEL_BROKEN') throw error
      // Every request gets the same error while it is not tried again.
      if (!this.#logged.has(error))
        this.#options.log.warn('replacement not loaded', { model, reason: error.message })
      this.#logged.add(error)
      return this.#lease(folder, before)
    }
  }

  /** What lies on disk, loaded; again if it was replaced between the look at its card and the reading of its files. */
  async #current(model: string): Promise<{ folder: string; held: Held }> {
    let onDisk = await this.cards.get(model)
    for (let attempt = 1; ; attempt++) {
      const before = this.#held.get(onDisk.model)
      if (before?.sha256 === onDisk.sha256) return { folder: onDisk.model, held: before }
      try {
        return { folder: onDisk.model, held: await this.#loadOnce(onDisk) }
      } catch (error) {
        const now = await this.cards.get(model)
        const isSame = now.sha256 === onDisk.sha256 && now.directory === onDisk.directory
        if (isSame || attempt === MAX_ATTEMPTS) throw error
        onDisk = now
      }
    }
  }

  /** The folder under which what is asked for is held; for a version it may be the one of the name alone. */
  #heldAs(model: string): string | undefined {
    if (this.#held.has(model)) return model
    const { name, version } = splitVersion(model)
    if (version === undefined) return undefined
    return this.#held.get(name)?.savedModel.card.version === version ? name : undefined
  }

  /** However many ask at the same moment, one load answers them. */
  #loadOnce(onDisk: CardOnDisk): Promise<Held> {
    const key = keyOf(onDisk)
    const loading = this.#loading.get(key) ?? this.#load(onDisk).finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  /**
   * Why requests for a saved model fail, as far as that is known without loading it.
   * @returns undefined if nothing is known to be wrong.
   */
  async problemOf(onDisk: CardOnDisk): Promise<string | undefined> {
    const { model, card, directory, sha256 } = onDisk
    const held = this.#held.get(model)
    if (held?.sha256 === sha256) return held.savedModel.network.problem()
    const { encoders } = this.#options
    const stamp = () => stampOf(onDisk)
    const problem =
      (await this.#failed.reasonOf(keyOf(onDisk), stamp)) ??
      (await missingFile(directory, card)) ??
      (await encoders.problemOf(card))
    if (problem !== undefined) return problem
    return this.#failed.reasonOf(referenceKeyOf(onDisk, await encoders.check(card)), stamp)
  }

  async #load(onDisk: CardOnDisk): Promise<Held> {
    const { model, card, sha256 } = onDisk
    const { log, metrics } = this.#options
    try {
      const savedModel = await loadModel(onDisk, this.#options, this.#failed)
      log.info('saved model loaded', { model, sha256, llms: card.llms.length })
      metrics?.modelLoaded(model)
      return { sha256, savedModel, leases: 0, evicted: false }
    } catch (error) {
      metrics?.modelNotLoaded(model, error instanceof LLimitError ? error.code : 'INTERNAL')
      throw error
    }
  }

  /** Marks as last used and counts the lease in one step: between two, another request could evict it. */
  #lease(model: string, held: Held): Held {
    const before = this.#held.get(model)
    this.#held.delete(model)
    this.#held.set(model, held)
    held.leases++
    if (before !== undefined && before !== held) this.#evict(before)
    for (const [oldest, candidate] of this.#held) {
      if (this.#held.size <= this.#options.maxLoaded) break
      this.#held.delete(oldest)
      this.#evict(candidate)
    }
    return held
  }

  #evict(held: Held): void {
    held.evicted = true
    this.#disposeIfUnused(held)
  }

  #disposeIfUnused(held: Held): void {
    if (!held.evicted || held.leases > 0) return
    held.savedModel.network.dispose().catch((error: unknown) => {
      this.#options.log.warn('saved model not disposed', { reason: messageOf(error) })
    })
  }
}

/** Says which saved model is broken; the parts that find out do not know its name. */
function brokenModel(model: string, error: unknown): unknown {
  if (!(error instanceof LLimitError) || error.code !== 'MODEL_BROKEN') return error
  return new LLimitError('MODEL_BROKEN', `The saved model ${model} cannot be used: ${error.message}`, {
    cause: error,
  })
}
