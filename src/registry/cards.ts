import { statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError, shorten } from '../errors.js'
import { readCard } from '../savedModel/readCard.js'
import { listSavedModels } from './listing.js'
import type { Listing } from './listing.js'

/** A card as it lay on disk at one moment. */
export interface CardOnDisk {
  directory: string
  card: Card
  /** Of the bytes of card.json, which hold the checksums of all other files: the identity of the saved model. */
  sha256: string
}

/** A replacement moves the old folder away and the new one in its place; a reader may look between the two. */
const REPLACEMENT_MS = 50

/** The saved models of a folder by name, read again whenever a card changes. */
export class Cards {
  readonly #root: string
  readonly #read = new Map<string, CardOnDisk & { stamp: string }>()
  #listing: Listing = new Map()

  constructor(root: string) {
    this.#root = root
  }

  /** @returns the names of all saved models, read anew. */
  async names(): Promise<string[]> {
    this.#listing = await listSavedModels(this.#root)
    return [...this.#listing.keys()]
  }

  /** @throws LLimitError MODEL_NOT_FOUND, or MODEL_BROKEN where the card is not one. */
  async get(model: string): Promise<CardOnDisk> {
    // The listing alone is not enough: whoever listed during the replacement did not find it.
    const known = this.#listing.has(model) || this.#read.has(model)
    try {
      return await this.#fresh(model)
    } catch (error) {
      if (!known || !isNotFound(error)) throw error
      await setTimeout(REPLACEMENT_MS)
      this.#read.delete(model)
      return this.#fresh(model)
    }
  }

  async #fresh(model: string): Promise<CardOnDisk> {
    const directory = await this.#find(model)
    const file = path.join(directory, CARD_FILE)
    const stamp = stampOf(file)
    if (stamp === undefined) {
      await this.names()
      throw notFound(model)
    }
    const before = this.#read.get(model)
    if (before?.stamp === stamp) return before
    const read = { directory, stamp, ...(await readCard(file)) }
    this.#read.set(model, read)
    return read
  }

  async #find(model: string): Promise<string> {
    const directory = this.#listing.get(model)
    if (directory !== undefined) return directory
    await this.names()
    const found = this.#listing.get(model)
    if (found === undefined) throw notFound(model)
    return found
  }
}

/**
 * Changes whenever the file is written or replaced; undefined where there is no file. Synchronous: it runs for every
 * request, takes 10 µs, and a call by way of the thread pool takes ten times that from the event loop.
 */
function stampOf(file: string): string | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? undefined : [stats.ino, stats.mtimeNs, stats.ctimeNs, stats.size].join()
}

function notFound(model: string): LLimitError {
  return new LLimitError('MODEL_NOT_FOUND', `Model not found: ${shorten(model)}`)
}

function isNotFound(error: unknown): boolean {
  return error instanceof LLimitError && error.code === 'MODEL_NOT_FOUND'
}
