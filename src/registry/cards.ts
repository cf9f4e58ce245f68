import { statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError, shorten } from '../errors.js'
import { FailedLoads } from '../failures/failedLoads.js'
import { stampOfFiles } from '../failures/stamps.js'
import { isMissing, unreadable } from '../jsonFile.js'
import { splitVersion, versionFolder } from '../savedModel/names.js'
import { readCard } from '../savedModel/readCard.js'
import { listSavedModels } from '../savedModel/listing.js'
import type { Listing } from '../savedModel/listing.js'
import { SIGNATURE_FILE } from '../savedModel/signature.js'

/** A card as it lay on disk at one moment. */
export interface CardOnDisk {
  /** The folder, as the listing names it: for `default@2` it may be `default`, whose version that is. */
  model: string
  directory: string
  card: Card
  /** Of the bytes of card.json, which hold the checksums of all other files: the identity of the saved model. */
  sha256: string
}

/** Rejects if the saved model with this card is not to be used. */
export type CheckCard = (directory: string, card: Uint8Array) => Promise<void>

/** A replacement moves the old folder away and the new one into its place; a reader may look between the two. */
const REPLACEMENT_MS = 50

/** How often a saved model is looked for that was there a moment ago. */
const MAX_LOOKS = 3

/** Versions that a message names, the latest ones. */
const MAX_VERSIONS_SHOWN = 20

/** The saved models of a folder by name, read again whenever a card changes. */
export class Cards {
  readonly #root: string
  readonly #read = new Map<string, CardOnDisk & { stamp: string }>()
  /** Cards that cannot be used: no request reads one again that is as it was. */
  readonly #failed = new FailedLoads(['MODEL_BROKEN'])
  readonly #lastFound = new Map<string, CardOnDisk>()
  readonly #check: CheckCard | undefined
  #listing: Listing = new Map()

  constructor(root: string, check?: CheckCard) {
    this.#root = root
    this.#check = check
  }

  /** @returns the names of all saved models, listed again. */
  async names(): Promise<string[]> {
    this.#listing = await listSavedModels(this.#root)
    return [...this.#listing.keys()]
  }

  /**
   * @param model `<type>/<name>`, or with `@<version>` after it: the folder of that name, or the one of the name alone if
   * its card has that version. One that was there a moment ago is looked for more than once, wherever it was moved.
   * @throws LLimitError MODEL_NOT_FOUND, or MODEL_BROKEN if the card is invalid.
   */
  async get(model: string): Promise<CardOnDisk> {
    const before = this.#lastKnown(model)
    for (let look = 1; ; look++) {
      try {
        const found = await this.#look(model)
        this.#lastFound.set(model, found)
        return found
      } catch (error) {
        if (!isNotFound(error) || before === undefined) throw error
        if (look < MAX_LOOKS) {
          await setTimeout(REPLACEMENT_MS)
          continue
        }
        const moved = await this.#movedTo(before)
        if (moved !== undefined) return moved
        this.#lastFound.delete(model)
        throw error
      }
    }
  }

  async #look(model: string): Promise<CardOnDisk> {
    const { name, version } = splitVersion(model)
    if (version === undefined) return this.#ofFolder(model)
    if (this.#listing.has(model)) {
      const found = await this.#fresh(model).catch(errorInstead)
      if (!(found instanceof LLimitError)) return found
      if (!isNotFound(found)) throw found
    }
    const latest = await this.#ofFolder(name).catch(errorInstead)
    if (!(latest instanceof LLimitError) && latest.card.version === version) return latest
    try {
      return await this.#ofFolder(model)
    } catch (error) {
      if (!isNotFound(error)) throw error
      // A card that cannot be read may be the one of this version.
      if (latest instanceof LLimitError && !isNotFound(latest)) throw latest
      throw this.#versionNotFound(model, name, latest)
    }
  }

  /** What a name meant when it was asked for last. */
  #lastKnown(model: string): CardOnDisk | undefined {
    const own = this.#lastFound.get(model)
    const { name, version } = splitVersion(model)
    const latest = this.#lastFound.get(name)
    return own ?? (latest?.card.version === version ? latest : undefined)
  }

  /** Between the two renames of a rollback by hand, the latest version has no folder but that of its number. */
  async #movedTo({ model, card, sha256 }: CardOnDisk): Promise<CardOnDisk | undefined> {
    const folder = versionFolder(splitVersion(model).name, card.version)
    const found = await this.#fresh(folder).catch(errorInstead)
    return found instanceof LLimitError || found.sha256 !== sha256 ? undefined : found
  }

  async #ofFolder(model: string): Promise<CardOnDisk> {
    // The listing alone is not enough: one that was made during the replacement does not have it.
    const known = this.#listing.has(model) || this.#read.has(model)
    try {
      return await this.#fresh(model)
    } catch (error) {
      if (!isNotFound(error) || !(known || this.#listing.has(model))) throw error
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
    try {
      const found = await this.#failed.attempt({
        key: model,
        stamp: () => stampOfFiles(directory, [CARD_FILE, SIGNATURE_FILE]),
        load: () => this.#load(model, directory),
      })
      const read = { model, directory, stamp, ...found }
      this.#read.set(model, read)
      return read
    } catch (error) {
      // Card and signature of two versions, or half of a card.
      if (stampOf(file) !== stamp) return this.#fresh(model)
      throw error
    }
  }

  async #load(model: string, directory: string): Promise<{ card: Card; sha256: string }> {
    const found = await readCard(path.join(directory, CARD_FILE), (bytes) => this.#check?.(directory, bytes))
    checkVersion(model, found.card)
    return found
  }

  async #find(model: string): Promise<string> {
    const directory = this.#listing.get(model)
    if (directory !== undefined) return directory
    await this.names()
    const found = this.#listing.get(model)
    if (found === undefined) throw notFound(model)
    return found
  }

  #versionNotFound(model: string, name: string, latest: CardOnDisk | LLimitError): LLimitError {
    const folders = [...this.#listing.keys()].map(splitVersion)
    const versions = folders.flatMap((folder) => (folder.name === name ? (folder.version ?? []) : []))
    if (!(latest instanceof LLimitError)) versions.push(latest.card.version)
    if (versions.length === 0) return notFound(model)
    const known = [...new Set(versions)].sort((a, b) => a - b)
    const shown = known.slice(-MAX_VERSIONS_SHOWN)
    const more = known.length > shown.length ? `the latest of ${known.length}: ` : ''
    return notFound(model, `; versions of ${shorten(name)}: ${more}${shown.join(', ')}`)
  }
}

/**
 * Changes whenever the file is written or replaced; undefined if there is no file. Synchronous: it runs for every
 * request, takes 10 µs, and a call through the thread pool takes ten times that from the event loop.
 */
function stampOf(file: string): string | undefined {
  try {
    const { ino, mtimeNs, ctimeNs, size } = statSync(file, { bigint: true })
    return [ino, mtimeNs, ctimeNs, size].join()
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw unreadable(CARD_FILE, cause)
  }
}

/** Whoever asks for a version must not get another one because a folder was renamed by hand. */
function checkVersion(model: string, { version }: Card): void {
  const named = splitVersion(model).version
  if (named === undefined || named === version) return
  throw new LLimitError(
    'MODEL_BROKEN',
    `Expected version ${named}, as the folder is called, in ${CARD_FILE}, got ${version}`,
  )
}

function notFound(model: string, more = ''): LLimitError {
  return new LLimitError('MODEL_NOT_FOUND', `Model not found: ${shorten(model)}${more}`)
}

function isNotFound(error: unknown): boolean {
  return error instanceof LLimitError && error.code === 'MODEL_NOT_FOUND'
}

function errorInstead(error: unknown): LLimitError {
  if (error instanceof LLimitError) return error
  throw error
}
