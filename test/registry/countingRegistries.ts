import { rm } from 'node:fs/promises'
import path from 'node:path'

import { bytesOfEmbedding } from '../../src/embedding/cache/embedding.js'
import { PromptCache } from '../../src/embedding/cache/promptCache.js'
import { createLogger } from '../../src/log.js'
import { Encoders } from '../../src/embedding/encoders.js'
import { Registry } from '../../src/registry/registry.js'
import type { NetworkSource } from '../../src/scorer/files.js'
import { Scorer } from '../../src/scorer/scorer.js'
import type { LoadedNetwork } from '../../src/scorer/scorer.js'
import { makeSavedModels } from '../savedModels.js'

/** A folder of saved models, emptied before each test, and registries on it that count what they load. */
export class CountingRegistries {
  root = ''
  /** Folder of every load since the registry was made, and how many networks are loaded now. */
  loads: string[] = []
  inMemory = 0
  /** Called between the look at a card and the reading of its files; forgotten afterwards. */
  beforeLoad: (() => Promise<unknown>) | undefined
  /** Called in place of a network, if there is one. */
  onScore: LoadedNetwork['score'] | undefined
  readonly #scorer = new Scorer(() => undefined)
  readonly #log = createLogger('error', { silent: true })
  #encoders: Encoders | undefined

  directoryOf(name: string): string {
    return path.join(this.root, 'dense_network', name)
  }

  make(maxLoaded = 4): Registry {
    this.loads = []
    this.inMemory = 0
    this.onScore = undefined
    const load = async (source: NetworkSource) => {
      this.loads.push(path.basename(source.directory))
      const happens = this.beforeLoad
      this.beforeLoad = undefined
      await happens?.()
      const network = await this.#scorer.load(source)
      this.inMemory++
      const dispose = () => {
        this.inMemory--
        return network.dispose()
      }
      return { ...network, ...(this.onScore && { score: this.onScore }), dispose }
    }
    const { root } = this
    const encoders = (this.#encoders ??= encodersIn(root))
    return new Registry({ root, maxLoaded, encoders, scorer: { load }, log: this.#log })
  }

  async close(): Promise<void> {
    await Promise.all([this.#scorer.close(), this.#encoders?.close()])
  }
}

/** While the tests of the enclosing `describe` run. */
export function useRegistries(): CountingRegistries {
  const registries = new CountingRegistries()
  let saved: Awaited<ReturnType<typeof makeSavedModels>>
  before(async () => {
    saved = await makeSavedModels()
    registries.root = saved.root
  })
  after(async () => {
    await registries.close()
    await saved.remove()
  })
  beforeEach(() => rm(path.join(saved.root, 'dense_network'), { recursive: true, force: true }))
  return registries
}

function encodersIn(root: string): Encoders {
  return new Encoders({
    roots: [root],
    enginePreference: { engine: 'onnxruntime', precision: 'fp32' },
    cache: new PromptCache({ maxBytes: 0, bytesOf: bytesOfEmbedding }),
    limits: { tokens: 100_000, queuedTokens: 100_000, requests: 512 },
    log: createLogger('error', { silent: true }),
  })
}
