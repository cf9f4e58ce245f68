import { existsSync } from 'node:fs'
import path from 'node:path'

import type { Logger } from 'winston'

import { bytesOfEmbedding } from './embedding/cache/embedding.js'
import { PromptCache } from './embedding/cache/promptCache.js'
import type { RedisCache } from './embedding/cache/redisCache.js'
import { readCatalogue } from './catalogue/catalogue.js'
import { readPriceFile } from './catalogue/priceFile.js'
import { PriceTable } from './catalogue/priceTable.js'
import type { Config } from './config/config.js'
import { ofSetting } from './config/setting.js'
import { SHIPPED_PRICES } from './config/settings.js'
import { messageOf } from './errors.js'
import { Encoders } from './embedding/encoders.js'
import type { CheckCard } from './registry/cards.js'
import { Registry } from './registry/registry.js'
import type { ReportLog } from './feedback/reportLog.js'
import { Scorer } from './scorer/scorer.js'
import type { Metrics } from './telemetry/metrics.js'
import { KnownLlms } from './selection/knownLlms.js'
import { Preloaded } from './selection/preloaded.js'
import { Selection } from './selection/service.js'
import type { Shadow } from './selection/shadow/shadow.js'

/** Of a prompt that is asked for again a shadow computes the embedding again: it must not evict those of answers. */
const SHADOW_CACHE_BYTES = 2 ** 20

type ShadowedConfig = Config & { shadow: NonNullable<Config['shadow']> }

/** The parts of a running service, put together. */
export interface Service {
  selection: Selection
  registry: Registry
  encoders: Encoders
  /** The saved models of `LLIMIT_PRELOAD`, so that the first request finds everything warm. */
  preloaded: Preloaded
  /** A saved model that is compared with another on what is asked; undefined if the settings name none. */
  shadow: Shadow | undefined
  /** Why the service cannot do what it is there for, a sentence each; none if it can. A full queue is no reason. */
  problems: () => Promise<string[]>
  /** Ends all threads. */
  close: () => Promise<void>
}

/**
 * Puts the parts together; encoders, saved models and the scorer's thread are opened on first use.
 * @param worker number of this server process, which has the shadow of the settings; a command has none
 */
export async function openService(
  config: Config,
  log: Logger,
  metrics?: Metrics,
  worker?: number,
): Promise<Service> {
  const scorer = new Scorer(
    ({ name, rejected }) => log.info('scorer ready', { backend: name, rejected }),
    (reason) => {
      metrics?.threadLost('scorer')
      log.warn('scorer worker exited; will restart on the next request', { reason })
    },
    undefined,
    () => metrics?.modelQuarantined(),
    undefined,
    config.engineNice,
  )
  const remote = await ofSetting('redisUrl', openRemoteCache(config.cache.redisUrl, log))
  const cache = new PromptCache({ maxBytes: config.cache.bytes, bytesOf: bytesOfEmbedding, remote })
  const { encoderRoots: roots, enginePreference, engineNice, limits } = config
  const observed = metrics === undefined ? { log } : { log, metrics }
  const encoders = new Encoders({ roots, enginePreference, engineNice, cache, limits, ...observed })
  const { savedModels: root, maxLoadedModels: maxLoaded } = config
  const checkCard = await signatureCheck(config.trustedKeys)
  const registry = new Registry({ root, maxLoaded, encoders, scorer, checkCard, ...observed })
  const { prices } = config
  const file = prices === undefined ? undefined : await ofSetting('prices', readPrices(prices))
  // A folder that is mounted over the shipped saved models need not have it.
  const readTables = async () => ({
    file,
    shipped: existsSync(SHIPPED_PRICES) ? await readPrices(SHIPPED_PRICES) : undefined,
  })
  const knownLlms = new KnownLlms(await readCatalogue(roots), readTables)
  const shadow =
    config.shadow === undefined || worker === undefined
      ? undefined
      : await openShadow({ ...config, shadow: config.shadow }, worker, {
          ...{ encoders, knownLlms, registry, checkCard, log, metrics },
        })
  const { pairs: maxPairs } = limits
  const selection = new Selection(registry, knownLlms, {
    log,
    maxPairs,
    metrics,
    watch: shadow?.shadow.watch,
  })
  const preloaded = new Preloaded(config.preload, { selection, registry, knownLlms, log })
  metrics?.gauge('queued_tokens', () => encoders.queuedTokens)
  metrics?.gauge('loaded_models', () => registry.loadedModels)
  metrics?.gauge('tensors', () => scorer.tensors())
  return {
    selection,
    registry,
    encoders,
    preloaded,
    shadow: shadow?.shadow,
    problems: async () => {
      const [ofModels, ofEncoders, ofScorer] = await Promise.all([
        preloaded.problems(),
        encoders.problems(),
        scorer.problem(),
      ])
      return [...ofModels, ...ofEncoders, ...(ofScorer === undefined ? [] : [ofScorer])]
    },
    close: async () => {
      await shadow?.close()
      await Promise.all([encoders.close(), scorer.close(), remote?.close()])
    },
  }
}

interface ShadowedParts {
  encoders: Encoders
  knownLlms: KnownLlms
  registry: Registry
  checkCard: CheckCard | undefined
  log: Logger
  metrics: Metrics | undefined
}

/**
 * A shadow with a registry, a thread and, if its encoder is another one, encoders and a cache of its own: what it loads, evicts or
 * breaks is nobody else's.
 * @throws LLimitError those of `checkShadow`, INVALID_CONFIG if the folder cannot be written.
 */
async function openShadow(
  { shadow: names, savedModels: root, encoderRoots: roots, enginePreference, limits }: ShadowedConfig,
  worker: number,
  { encoders, knownLlms, registry: ofLive, checkCard, log, metrics }: ShadowedParts,
): Promise<{ shadow: Shadow; close: () => Promise<void> }> {
  const [{ Shadow }, { checkShadow }, { ShadowLog }] = await Promise.all([
    import('./selection/shadow/shadow.js'),
    import('./selection/shadow/pair.js'),
    import('./feedback/shadowLog.js'),
  ])
  const hasSameEncoder = await ofSetting('shadow', checkShadow(names, ofLive))
  const cache = new PromptCache({ maxBytes: SHADOW_CACHE_BYTES, bytesOf: bytesOfEmbedding })
  const own = hasSameEncoder ? encoders : new Encoders({ roots, enginePreference, cache, limits, log })
  const scorer = new Scorer(
    () => undefined,
    (reason) => log.warn('scorer of the shadow exited', { reason }),
  )
  const registry = new Registry({ root, maxLoaded: 1, encoders: own, scorer, checkCard, log })
  const results = await ofSetting(
    'shadowLog',
    ShadowLog.open(names.log, worker, (error) =>
      log.warn('shadow not written down', { reason: messageOf(error) }),
    ),
  )
  const selection = new Selection(registry, knownLlms, { log, maxPairs: Infinity })
  const { share } = names
  const shadow = new Shadow(names, { selection, registry, results, log, metrics, share })
  const close = async () => {
    await shadow.close()
    await Promise.all([scorer.close(), own === encoders ? undefined : own.close()])
  }
  return { shadow, close }
}

/** @throws LLimitError INVALID_FILE naming the file without its folder, and the entry. */
async function readPrices(file: string): Promise<PriceTable> {
  return new PriceTable(await readPriceFile(file, path.basename(file)))
}

/** What the signatures of saved models are checked with; undefined if none need be signed. */
async function signatureCheck(files: readonly string[]): Promise<CheckCard | undefined> {
  if (files.length === 0) return undefined
  const { readTrustedKeys, verifyCard } = await import('./savedModel/signature.js')
  const trusted = await readTrustedKeys(files)
  return (directory, card) => verifyCard(directory, card, trusted)
}

/** Imported only if it is used: the client takes a third of a second to load. */
async function openRemoteCache(url: string | undefined, log: Logger): Promise<RedisCache | undefined> {
  if (url === undefined) return undefined
  const { RedisCache } = await import('./embedding/cache/redisCache.js')
  return new RedisCache({ url, log })
}

/**
 * The log of reported outcomes; undefined if there is no folder for it. Imported only if it is used.
 * @param worker number of this server process
 * @throws LLimitError INVALID_CONFIG if the folder cannot be read or written.
 */
export async function openReportLog(
  { log: folder, maxBytes }: Config['outcomes'],
  worker: number,
): Promise<ReportLog | undefined> {
  if (folder === undefined) return undefined
  const { ReportLog } = await import('./feedback/reportLog.js')
  return ofSetting('outcomesLog', ReportLog.open(folder, worker, maxBytes))
}
