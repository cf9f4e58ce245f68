import type { Logger } from 'winston'

import { WaitingPlaces } from '../batch/waitingPlaces.js'
import type { Card } from '../card.js'
import type { EnginePreference } from '../config/config.js'
import type { CachedEmbedding } from './cache/embedding.js'
import type { PromptCache } from './cache/promptCache.js'
import type { Limits } from '../config/limits.js'
import { readEncoderSpec } from '../encoder/directory.js'
import { Encoder } from '../encoder/encoder.js'
import { StaticEncoder } from '../encoder/static/staticEncoder.js'
import { openWhole } from '../encoder/openWhole.js'
import { isStaticEncoder } from '../encoder/static/staticSpec.js'
import { LLimitError } from '../errors.js'
import { FailedLoads } from '../failures/failedLoads.js'
import { stampOfFolder } from '../failures/stamps.js'
import type { Metrics } from '../telemetry/metrics.js'
import { openTokenizer } from '../tokenizer/tokenizer.js'
import { findEncoder } from '../savedModel/listing.js'
import type { Embedder } from './embedder.js'
import { EncoderFactsCache } from './encoderFacts.js'
import type { EncoderFacts } from './encoderFacts.js'
import { JOIN, joinFacts, JoinedEmbedder } from './joinedEmbedder.js'
import { PromptEncoder } from './promptEncoder.js'
import type { EncoderLimits } from './promptEncoder.js'
import { StaticEmbedder } from './staticEmbedder.js'

interface EncodersOptions {
  /** Folders that may hold `encoders/`, in the order in which they are searched. */
  roots: readonly string[]
  enginePreference: EnginePreference
  /** By how much the threads of engines are lower in priority. Default: 0. */
  engineNice?: number
  cache: PromptCache<CachedEmbedding>
  /** `requests` is shared by all encoders. */
  limits: EncoderLimits & Pick<Limits, 'requests'>
  log: Logger
  metrics?: Metrics
}

/** The encoders in use, each opened once and shared by all saved models that want it. */
export class Encoders {
  readonly #options: EncodersOptions
  readonly #open = new Map<string, Promise<Embedder>>()
  readonly #facts = new EncoderFactsCache()
  readonly #failed = new FailedLoads(['MODEL_BROKEN', 'ENGINE_UNAVAILABLE'])
  #transformers: readonly PromptEncoder[] = []
  readonly #places: WaitingPlaces

  constructor(options: EncodersOptions) {
    this.#options = options
    this.#places = new WaitingPlaces(options.limits.requests)
  }

  /**
   * @param name of one encoder, or of two with a `+` between them, whose vectors are concatenated in this order
   * @throws LLimitError MODEL_BROKEN, ENGINE_UNAVAILABLE; a call after a pause, or after a change of its files, then tries again.
   */
  async get(name: string): Promise<Embedder> {
    const names = name.split(JOIN)
    if (names.length === 1) return this.#getOne(name)
    const parts = names.map(async (one) => ({ name: one, embedder: await this.#getOne(one) }))
    return new JoinedEmbedder(await Promise.all(parts))
  }

  /**
   * Whether vectors are summed up where the request is, found out without opening anything.
   * @throws LLimitError MODEL_BROKEN if it is not installed.
   */
  async isStatic(name: string): Promise<boolean> {
    const areStatic = name
      .split(JOIN)
      .map(async (one) => isStaticEncoder(await findEncoder(this.#options.roots, one)))
    return (await Promise.all(areStatic)).every(Boolean)
  }

  async #getOne(name: string): Promise<Embedder> {
    const directory = await findEncoder(this.#options.roots, name)
    const open = this.#open.get(directory) ?? this.#attempt(directory, name)
    this.#open.set(directory, open)
    open.catch(() => this.#open.delete(directory))
    return open
  }

  /** To try all engines takes seconds: what has failed fails at once for a while. */
  #attempt(directory: string, name: string): Promise<Embedder> {
    const stamp = () => stampOfFolder(directory)
    const open = () => this.#start(directory, name)
    const close = async (embedder: Embedder) => {
      this.#transformers = this.#transformers.filter((transformer) => transformer !== embedder)
      await embedder.close()
    }
    return this.#failed.attempt({ key: directory, stamp, load: () => openWhole(directory, open, close) })
  }

  /**
   * Holds the installed encoder to a card without opening it.
   * @returns its identity: everything that a vector rests on.
   * @throws LLimitError MODEL_BROKEN if it is not installed, damaged or not the card's, and what opening it failed with last.
   */
  async check({ encoder: wanted }: Pick<Card, 'encoder'>): Promise<string> {
    const names = wanted.name.split(JOIN)
    const parts = names.map(async (name) => {
      const directory = await findEncoder(this.#options.roots, name)
      return this.#facts.of(directory)
    })
    const facts = joinFacts(await Promise.all(parts))
    checkFacts(wanted, facts)
    return facts.identity
  }

  /** Why a card's encoder cannot be used, as far as that is known without opening it. */
  async problemOf(card: Pick<Card, 'encoder'>): Promise<string | undefined> {
    try {
      await this.check(card)
    } catch (error) {
      if (error instanceof LLimitError) return error.message
      throw error
    }
    const failures = card.encoder.name.split(JOIN).map(async (name) => {
      const directory = await findEncoder(this.#options.roots, name)
      return this.#failed.reasonOf(directory, () => stampOfFolder(directory))
    })
    return (await Promise.all(failures)).find((reason) => reason !== undefined)
  }

  /**
   * The encoder of a card. Scores of a network mean something only on the vectors it was trained on.
   * @throws LLimitError as `get` does, and MODEL_BROKEN if the installed encoder is not the card's.
   */
  async forCard({ encoder: wanted }: Pick<Card, 'encoder'>): Promise<Embedder> {
    const found = await this.get(wanted.name)
    checkFacts(wanted, found)
    return found
  }

  /** Tokens that wait, at all encoders. */
  get queuedTokens(): number {
    return this.#transformers.reduce((sum, { queuedTokens }) => sum + queuedTokens, 0)
  }

  /** Why the encoders that are open cannot be relied on now, each that cannot. */
  async problems(): Promise<string[]> {
    const problems = await Promise.all(this.#transformers.map((transformer) => transformer.problem()))
    return problems.filter((problem) => problem !== undefined)
  }

  async close(): Promise<void> {
    for (const open of this.#open.values()) {
      // One that did not open has nothing to close.
      await open.then(
        (embedder) => embedder.close(),
        () => undefined,
      )
    }
  }

  async #start(directory: string, name: string): Promise<Embedder> {
    if (!(await isStaticEncoder(directory))) return this.#startTransformer(directory, name)
    const encoder = await StaticEncoder.open(directory, await this.#facts.filesOf(directory))
    this.#options.log.info('encoder ready', { encoder: name, description: encoder.description })
    this.#options.metrics?.engineReady(name, 'static', 'fp32')
    const { identity } = await this.#facts.of(directory)
    return new StaticEmbedder(encoder, identity, this.#options.cache.maxBytes)
  }

  async #startTransformer(directory: string, name: string): Promise<PromptEncoder> {
    const { enginePreference, engineNice = 0, cache, limits, log, metrics } = this.#options
    // Before engines are tried: whatever is wrong with the files is found here.
    const { identity } = await this.#facts.of(directory)
    const spec = await readEncoderSpec(directory)
    const [tokenizer, encoder] = await Promise.all([
      openTokenizer(spec.transformerDirectory, spec.prompt),
      Encoder.open(spec, enginePreference, {
        nice: engineNice,
        onRejected: ({ reason, isInstalled, ...choice }) => {
          if (isInstalled) log.info('engine not used', { encoder: name, ...choice, reason })
          else log.debug('optional engine not installed', { encoder: name, ...choice })
        },
        onLost: (reason) => {
          metrics?.threadLost('encoder')
          log.warn('encoder worker exited; will restart on the next request', { encoder: name, reason })
        },
      }),
    ])
    log.info('encoder ready', { encoder: name, ...encoder.engine })
    metrics?.engineReady(name, encoder.engine.engine, encoder.engine.precision)
    const places = this.#places
    const transformer = new PromptEncoder({ tokenizer, encoder, identity, cache, limits, places, metrics })
    this.#transformers = [...this.#transformers, transformer]
    return transformer
  }
}

function checkFacts(wanted: Card['encoder'], { sha256, dimension, identity }: EncoderFacts): void {
  if (sha256 !== wanted.sha256 || dimension !== wanted.dimension) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `Expected the encoder "${wanted.name}" of the card, with dimension ${wanted.dimension} and sha256 ` +
        `${wanted.sha256}, got one with ${dimension} and ${sha256}; install the one of the card`,
    )
  }
  if (wanted.identity === undefined || wanted.identity === identity) return
  throw new LLimitError(
    'MODEL_BROKEN',
    `Expected the encoder "${wanted.name}" of the card, got one with the same weights and another pooling, prompt, ` +
      'tokenizer or limit; install the one of the card',
  )
}
