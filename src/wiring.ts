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
import { SHIPPED_PRICES } from './config/settings.js'
import { messageOf } from './errors.js'
import { Encoders } from './embedding/encoders.js'
import { Registry } from './registry/registry.js'
import { Scorer } from './scorer/scorer.js'
import { KnownLlms } from './selection/knownLlms.js'
import { Selection } from './selection/service.js'
import { mapYielding } from './thread/mapYielding.js'

/** The parts of a running service, put together. */
export interface Service {
  selection: Selection
  registry: Registry
  encoders: Encoders
  /**
   * Loads a saved model and scores one prompt with it, so that the first request finds everything warm. A model that
   * cannot be loaded is logged and does not keep the server from serving others.
   */
  preload: (model: string) => Promise<void>
  /** Ends all threads. */
  close: () => Promise<void>
}

/** Puts the parts together; encoders, saved models and the scorer's thread are opened on first use. */
export async function openService(config: Config, log: Logger): Promise<Service> {
  const scorer = new Scorer(
    ({ name, rejected }) => log.info('scorer ready', { backend: name, rejected }),
    (reason) => log.warn('scorer worker exited; will restart on the next request', { reason }),
  )
  const remote = await openRemoteCache(config.cache.redisUrl, log)
  const cache = new PromptCache({ maxBytes: config.cache.bytes, bytesOf: bytesOfEmbedding, remote })
  const { encoderRoots: roots, enginePreference, limits } = config
  const encoders = new Encoders({ roots, enginePreference, cache, limits, log })
  const { savedModels: root, maxLoadedModels: maxLoaded } = config
  const registry = new Registry({ root, maxLoaded, encoders, scorer, log })
  const file = config.prices === undefined ? undefined : await readPrices(config.prices)
  // A folder that is mounted over the shipped saved models need not have it.
  const readTables = async () => ({
    file,
    shipped: existsSync(SHIPPED_PRICES) ? await readPrices(SHIPPED_PRICES) : undefined,
  })
  const knownLlms = new KnownLlms(await readCatalogue(roots), readTables)
  const selection = new Selection(registry, knownLlms, log)
  return {
    selection,
    registry,
    encoders,
    preload: async (model) => {
      if (model === '') return
      try {
        const { card } = await registry.find(model)
        knownLlms.resolverOf(card)
        const { llms } = card
        await selection.infer({ model, llms: llms.slice(0, 1), prompts: ['warm up'], batchSize: 1 })
        // To look up the prices of 500 LLMs takes a quarter of a second, in which requests are answered.
        const prices = await knownLlms.prices()
        await mapYielding(llms, (llm) => prices.of(llm, llm))
      } catch (error) {
        log.warn('saved model not preloaded', { model, reason: messageOf(error) })
      }
    },
    close: async () => {
      await Promise.all([encoders.close(), scorer.close(), remote?.close()])
    },
  }
}

/** @throws LLimitError INVALID_FILE naming the file without its folder, and the entry. */
async function readPrices(file: string): Promise<PriceTable> {
  return new PriceTable(await readPriceFile(file, path.basename(file)))
}

/** Imported only if it is used: the client takes a third of a second to load. */
async function openRemoteCache(url: string | undefined, log: Logger): Promise<RedisCache | undefined> {
  if (url === undefined) return undefined
  const { RedisCache } = await import('./embedding/cache/redisCache.js')
  return new RedisCache({ url, log })
}
