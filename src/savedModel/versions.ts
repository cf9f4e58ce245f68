import { cp, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError, messageOf } from '../errors.js'
import { readBytes } from '../jsonFile.js'
import { checkSha256 } from './checksum.js'
import { splitVersion, versionFolder } from './names.js'
import { readCard } from './readCard.js'
import {
  cardIn,
  createStaging,
  exists,
  moveFrom,
  recoverInterruptedSwap,
  removeLeftovers,
  untilMoved,
} from './swap.js'

/** A folder of a saved model. */
export interface VersionOnDisk {
  /** As requests name it. */
  model: string
  /** Null if its card cannot be read. */
  version: number | null
  /** Whether it is what a request gets that names no version. */
  isLive: boolean
  llms: number | null
  /** Why its card cannot be read. */
  error?: string
}

interface Place {
  root: string
  type: Card['type']
  name: string
}

/** Every folder of the listing, by name, the live one first. */
export async function describeVersions(listing: ReadonlyMap<string, string>): Promise<VersionOnDisk[]> {
  const described = [...listing].map(async ([model, directory]): Promise<VersionOnDisk> => {
    const isLive = splitVersion(model).version === undefined
    try {
      const { card } = await readCard(path.join(directory, CARD_FILE))
      return { model, version: card.version, isLive, llms: card.llms.length }
    } catch (error) {
      if (!(error instanceof LLimitError)) throw error
      return { model, version: null, isLive, llms: null, error: messageOf(error) }
    }
  })
  return Promise.all(described)
}

/**
 * Makes a version the live one: its folder is copied, so that the version stays where it is and is served throughout, and the copy
 * takes the place of the live one, which moves to the folder of its own version; one whose card cannot be read, to a hidden folder.
 * @returns the version that was live before; undefined if there was none, or its card cannot be read.
 * @throws LLimitError MODEL_BROKEN if a file of the version is not the one of its card; CONFLICT if there is no such version, or the
 * live one cannot be moved.
 */
export async function activate(place: Place, version: number): Promise<number | undefined> {
  const { before } = await untilMoved(liveFolder(place), () => tryToActivate(place, version))
  return before
}

/** Undefined if another command changed the live one meanwhile. */
async function tryToActivate(place: Place, version: number) {
  const directory = liveFolder(place)
  await recoverInterruptedSwap(directory)
  const taken = await cardIn(directory)
  const before = await liveVersion(place).catch(undefinedIfBroken)
  if ((await cardIn(directory)) !== taken) return undefined
  if (before === version) return { before }
  const source = versionFolder(directory, version)
  if (!(await exists(source))) throw await noVersion(place, version)
  await checkFiles(source)
  const archive = before === undefined ? undefined : versionFolder(directory, before)
  // It was activated before: its folder is a copy of that one already.
  const isKept = archive !== undefined && (await exists(archive))
  if (isKept && taken !== (await cardIn(archive))) {
    const message = `${directory} has the version of ${archive}, and is another model; remove one of them`
    throw new LLimitError('CONFLICT', message)
  }
  const prepared = {
    directory,
    taken,
    ...(archive !== undefined && !isKept && { archive }),
  }
  const staging = await createStaging(directory)
  try {
    const fresh = path.join(staging, 'new')
    await cp(source, fresh, { recursive: true, preserveTimestamps: true })
    // It may be all there is of what was trained.
    const isDamaged = taken !== undefined && before === undefined
    const kept = isDamaged ? { ...prepared, archive: await hiddenFolder(place) } : prepared
    return (await moveFrom(fresh, staging, kept)) ? { before } : undefined
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/**
 * Makes the version before the live one the live one.
 * @throws LLimitError CONFLICT if there is none.
 */
export async function rollback(place: Place): Promise<{ before: number; now: number }> {
  await recoverInterruptedSwap(liveFolder(place))
  const before = await liveVersion(place).catch((cause: unknown) => {
    undefinedIfBroken(cause)
    const message = `${nameOf(place)}: expected a live version whose card can be read, got ${messageOf(cause)}; activate another one`
    throw new LLimitError('CONFLICT', message, { cause })
  })
  if (before === undefined)
    throw new LLimitError('CONFLICT', `${liveFolder(place)}: expected a saved model, found none`)
  const earlier = (await versionsOf(place)).filter((version) => version < before)
  const now = Math.max(...earlier)
  if (earlier.length === 0)
    throw new LLimitError(
      'CONFLICT',
      `${nameOf(place)} is version ${before}: expected a version before it, found none`,
    )
  await activate(place, now)
  return { before, now }
}

/**
 * Removes one version, or the saved model with all its versions. What a server has loaded it serves until it is asked again.
 * @returns the folders that were removed
 * @throws LLimitError CONFLICT for the live version, which another must replace first, and for one that is not there.
 */
export async function remove(place: Place, version: number | 'all'): Promise<string[]> {
  const directory = liveFolder(place)
  await recoverInterruptedSwap(directory)
  const archive = version === 'all' ? directory : versionFolder(directory, version)
  if (version !== 'all' && !(await exists(archive))) {
    if ((await liveVersion(place)) !== version) throw await noVersion(place, version)
    const message = `${nameOf(place, version)} is the live version; activate another one first, or remove all`
    throw new LLimitError('CONFLICT', message)
  }
  const all = (await versionsOf(place)).map((one) => versionFolder(directory, one))
  const folders = version === 'all' ? [...((await exists(directory)) ? [directory] : []), ...all] : [archive]
  if (folders.length === 0)
    throw new LLimitError('CONFLICT', `${directory}: expected a saved model, found none`)
  const staging = await createStaging(directory)
  try {
    for (const folder of folders) await rename(folder, path.join(staging, path.basename(folder)))
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  if (version === 'all') await removeLeftovers(directory)
  return folders
}

function liveFolder({ root, type, name }: Place): string {
  return path.join(root, type, name)
}

function nameOf({ type, name }: Place, version?: number): string {
  return version === undefined ? `${type}/${name}` : versionFolder(`${type}/${name}`, version)
}

/** Undefined if there is no live one. */
async function liveVersion(place: Place): Promise<number | undefined> {
  const directory = liveFolder(place)
  if (!(await exists(directory))) return undefined
  return (await readCard(path.join(directory, CARD_FILE))).card.version
}

function undefinedIfBroken(error: unknown): undefined {
  if (error instanceof LLimitError && error.code === 'MODEL_BROKEN') return undefined
  throw error
}

/** Where a saved model goes that has no version, next to where it is. */
async function hiddenFolder({ root, type, name }: Place): Promise<string> {
  return path.join(await mkdtemp(path.join(root, type, `.damaged-${name}-`)), name)
}

/** Holds a saved model to the checksums of its card. */
async function checkFiles(directory: string): Promise<void> {
  const { card } = await readCard(path.join(directory, CARD_FILE))
  for (const [name, sha256] of Object.entries(card.files)) {
    const bytes = await readBytes(path.join(directory, name), { name, code: 'MODEL_BROKEN' }, Infinity)
    checkSha256(name, bytes, sha256)
  }
}

/** Of the folders that have a version in their name. */
async function versionsOf({ root, type, name }: Place): Promise<number[]> {
  const folders = (await readdir(path.join(root, type))).map(splitVersion)
  return folders.flatMap((folder) => (folder.name === name ? (folder.version ?? []) : []))
}

async function noVersion(place: Place, version: number): Promise<LLimitError> {
  const live = await liveVersion(place).catch(undefinedIfBroken)
  const known = [...(await versionsOf(place)), ...(live === undefined ? [] : [live])]
  const versions = [...new Set(known)].sort((a, b) => a - b).join(', ') || 'none'
  return new LLimitError(
    'CONFLICT',
    `expected a version of ${nameOf(place)}, which are ${versions}, got ${version}`,
  )
}
