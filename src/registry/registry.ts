import type { Logger } from 'winston'

import { UNCALIBRATED } from '../calibration/probability.js'
import { EVIDENCE_FILE, LENGTHS_FILE } from '../card.js'
import type { Card } from '../card.js'
import type { Encoders } from '../embedding/encoders.js'
import type { Embedder } from '../embedding/embedder.js'
import { LLimitError, messageOf } from '../errors.js'
import { featureCount } from '../features/features.js'
import { rowsByName } from '../numeric/indices.js'
import type { LlmRow } from '../numeric/indices.js'
import { checkModelName, splitVersion } from '../savedModel/names.js'
import type { NetworkShape } from '../scorer/networkShape.js'
import type { NetworkSource } from '../scorer/files.js'
import { loadInline } from '../scorer/loadInline.js'
import type { LoadedNetwork, Scorer } from '../scorer/scorer.js'
import { Cards } from './cards.js'
import type { CardOnDisk } from './cards.js'
import { readEvidence } from './evidence.js'
import type { Evidence } from './evidence.js'
import { readLengths } from './lengths.js'
import type { Lengths } from './lengths.js'

/** A saved model in memory: everything that scoring with it needs. */
export interface LoadedModel {
  card: Card
  embedder: Embedder
  /** LLM name -> row of the LLM embedding. */
  rows: ReadonlyMap<string, LlmRow>
  network: LoadedNetwork
  /** What the training data says; undefined for a saved model that does not contain it. */
  evidence: Evidence | undefined
  /** Undefined for a saved model that knows nothing of lengths. */
  lengths: Lengths | undefined
}

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
}

/** The saved models: found by listing, loaded on first use, the least recently used evicted beyond `maxLoaded`. */
export class Registry {
  readonly cards: Cards
  readonly #options: RegistryOptions
  /** In the order of their last use, the latest last. */
  readonly #held = new Map<string, Held>()
  readonly #loading = new Map<string, Promise<Held>>()

  constructor(options: RegistryOptions) {
    this.#options = options
    this.cards = new Cards(options.root)
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

  /** @param model as the listing names it */
  isLoaded(model: string): boolean {
    return this.#held.has(model)
  }

  /**
   * The saved model as it lies on disk now. While a replacement cannot be loaded, the version before it is served.
   * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE, MODEL_NOT_FOUND, MODEL_BROKEN, ENGINE_UNAVAILABLE
   */
  async acquire(model: string): Promise<Lease> {
    checkModelName(model)
    const held = await this.#leaseCurrent(model)
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
      this.#options.log.warn('replacement not loaded', { model, reason: error.message })
      return this.#lease(folder, before)
    }
  }

  /** What lies on disk, loaded; once more if it was replaced between the look at its card and the reading of its files. */
  async #current(model: string): Promise<{ folder: string; held: Held }> {
    const onDisk = await this.cards.get(model)
    const before = this.#held.get(onDisk.model)
    if (before?.sha256 === onDisk.sha256) return { folder: onDisk.model, held: before }
    try {
      return { folder: onDisk.model, held: await this.#loadOnce(onDisk) }
    } catch (error) {
      const now = await this.cards.get(model)
      if (now.sha256 === onDisk.sha256 && now.directory === onDisk.directory) throw error
      return { folder: now.model, held: await this.#loadOnce(now) }
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
    const key = `${onDisk.model} ${onDisk.sha256}`
    const loading = this.#loading.get(key) ?? this.#load(onDisk).finally(() => this.#loading.delete(key))
    this.#loading.set(key, loading)
    return loading
  }

  async #load({ model, card, directory, sha256 }: CardOnDisk): Promise<Held> {
    const { encoders, scorer } = this.#options
    const source = sourceOf(directory, card)
    const isStatic = await encoders.isStatic(card.encoder.name)
    // While the encoder opens, which takes about as long.
    const loading = isStatic ? loadInline(source, scorer) : scorer.load(source)
    loading.catch(() => undefined)
    const { embedder, evidence, lengths } = await this.#openEncoder(directory, card, loading)
    const network = await loading
    const mismatch = mismatchOf(network.shape, card)
    if (mismatch !== undefined) {
      await network.dispose()
      throw new LLimitError('MODEL_BROKEN', mismatch)
    }
    this.#options.log.info('saved model loaded', { model, sha256, llms: card.llms.length })
    const savedModel = { card, rows: rowsByName(card.llms), network, evidence, lengths, embedder }
    return { sha256, savedModel, leases: 0, evicted: false }
  }

  /** A network that was loaded in vain is disposed of. */
  async #openEncoder(directory: string, card: Card, loading: Promise<LoadedNetwork>) {
    try {
      const embedder = await this.#options.encoders.forCard(card)
      const [evidence, lengths] = await Promise.all([
        readEvidence(directory, card),
        readLengths(directory, card),
      ])
      return { embedder, evidence, lengths }
    } catch (error) {
      void loading.then((network) => network.dispose()).catch(() => undefined)
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

/** What the scorer needs of a saved model: all files but those that are read here. */
function sourceOf(directory: string, { files, output, calibration }: Card): NetworkSource {
  const ofNetwork = Object.entries(files).filter(([name]) => name !== EVIDENCE_FILE && name !== LENGTHS_FILE)
  return {
    directory,
    files: Object.fromEntries(ofNetwork),
    calibration: output === 'probability' ? (calibration ?? UNCALIBRATED) : undefined,
  }
}

/** Says how a network is not the one that the card describes: the checksums guard its files, but nothing guards the card. */
function mismatchOf(shape: NetworkShape, card: Card): string | undefined {
  const inWords = ({ embedding, features, llms }: NetworkShape) =>
    `${embedding} embedding dimensions, ${features} features and ${llms} LLMs`
  const found = inWords(shape)
  const described = inWords({
    embedding: card.encoder.dimension,
    features: featureCount(card.features.version),
    llms: card.llms.length,
  })
  return found === described
    ? undefined
    : `Expected a network for ${described}, as card.json says, got ${found}`
}

/** Says which saved model is broken; the parts that find out do not know its name. */
function brokenModel(model: string, error: unknown): unknown {
  if (!(error instanceof LLimitError) || error.code !== 'MODEL_BROKEN') return error
  return new LLimitError('MODEL_BROKEN', `The saved model ${model} cannot be used: ${error.message}`, {
    cause: error,
  })
}
