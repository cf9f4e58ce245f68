import { createHash } from 'node:crypto'
import path from 'node:path'

import { CARD_FILE } from '../../src/card.js'
import type { CachedEmbedding } from '../../src/embedding/cache/embedding.js'
import { PromptCache } from '../../src/embedding/cache/promptCache.js'
import { Encoders } from '../../src/embedding/encoders.js'
import { createLogger } from '../../src/log.js'
import type { Random } from '../../src/numeric/random.js'
import { Registry } from '../../src/registry/registry.js'
import { DenseNetwork } from '../../src/scorer/denseNetwork.js'
import { readCheckedFiles } from '../../src/scorer/files.js'
import type { NetworkSource } from '../../src/scorer/files.js'
import type { LoadedNetwork } from '../../src/scorer/scorer.js'
import { mutateFiles } from './mutateFiles.js'
import type { Files } from './mutateFiles.js'
import type { Target } from './target.js'

/**
 * Saved models, loaded by the registry, held to their reference scores and disposed. The network is computed here and not
 * in a thread, whose end would be taken for an answer.
 * @param root folder with the encoder of the saved models
 */
export function savedModels(root: string, seeds: readonly Files[]): Target {
  const log = createLogger('error', { silent: true })
  const limits = { tokens: 1000, queuedTokens: 1000, requests: 512 }
  const cache = new PromptCache<CachedEmbedding>({ maxBytes: 0, bytesOf: () => 0 })
  const encoders = new Encoders({
    roots: [root],
    enginePreference: { engine: 'cpu', precision: 'fp32' },
    cache,
    limits,
    log,
  })
  return {
    name: 'saved model',
    codes: ['MODEL_BROKEN', 'MODEL_NOT_FOUND'],
    seeds,
    mutate: async (files, random) => sealed(await mutateFiles(files, random), random),
    read: async (folder) => {
      const registry = new Registry({ root: folder, maxLoaded: 1, encoders, scorer: { load }, log })
      const { savedModel, release } = await registry.acquire('dense_network/x')
      release()
      await savedModel.network.dispose()
    },
  }
}

async function load(source: NetworkSource): Promise<LoadedNetwork> {
  const files = await readCheckedFiles(source)
  const network = await DenseNetwork.load(files, source.calibration, { shape: source.shape })
  return {
    shape: network.shape,
    score: (batch, signal) => network.score(batch, signal),
    problem: () => undefined,
    dispose: () => {
      network.dispose()
      return Promise.resolve()
    },
  }
}

/** Puts the files where the registry looks for them, mostly with the checksums that they have now. */
function sealed(files: Files, random: Random): Files {
  const card = files.get(CARD_FILE)
  const inPlace = new Map(
    [...files].map(([name, bytes]) => [path.posix.join('dense_network/x', name), bytes]),
  )
  if (card === undefined || random() < 0.05) return inPlace
  const text = withChecksums(card.toString('utf8'), files)
  return text === undefined ? inPlace : inPlace.set(`dense_network/x/${CARD_FILE}`, Buffer.from(text))
}

/** @returns undefined for a card that is none any more. */
function withChecksums(card: string, files: Files): string | undefined {
  try {
    const parsed: unknown = JSON.parse(card)
    const sums = (parsed as { files?: unknown } | null)?.files
    if (typeof sums !== 'object' || sums === null || Array.isArray(sums)) return undefined
    for (const name of Object.keys(sums)) {
      const bytes = files.get(name)
      if (bytes !== undefined)
        Object.assign(sums, { [name]: createHash('sha256').update(bytes).digest('hex') })
    }
    return JSON.stringify(parsed)
  } catch {
    return undefined
  }
}
