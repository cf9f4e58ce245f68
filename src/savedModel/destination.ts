import { access, constants, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError, messageOf, quote } from '../errors.js'
import { makeFolder } from '../makeFolder.js'
import { isSavedModelName, splitVersion, versionFolder } from './names.js'
import { readCard } from './readCard.js'

/** Where a saved model goes: `<root>/<type of its card>/<name>`. */
export interface Destination {
  root: string
  name: string
}

/**
 * What becomes of a saved model that is there already: it stays, is replaced, or is archived as `<name>@<its version>`; with `aside`
 * it stays the live one, and the new one is written as `<name>@<its version>`.
 */
export type OnConflict = 'reject' | 'replace' | 'newVersion' | 'aside'

/** What the hidden folders begin with in which models are written. */
const STAGING = '.writing-'

/** A destination that may be written to. */
interface PreparedDestination {
  directory: string
  /** Whether there is a saved model already. */
  isTaken: boolean
  /** Where that one will be archived. */
  archive?: string
}

/**
 * Whether a saved model may be written there; to be asked also before the work that makes one. Recovers a swap that was
 * interrupted.
 * @throws LLimitError INVALID_ARGUMENT for an invalid name; INVALID_FILE if the folder cannot be written to; CONFLICT if
 * there is a saved model and it may not be replaced, or cannot be archived.
 */
export async function prepareDestination(
  { root, name }: Destination,
  type: Card['type'],
  onConflict: OnConflict,
): Promise<PreparedDestination> {
  checkName(name)
  const directory = path.join(root, type, name)
  await checkWritable(path.dirname(directory))
  await recoverInterruptedSwap(directory)
  const isTaken = await exists(directory)
  if (isTaken && onConflict === 'reject') {
    throw new LLimitError('CONFLICT', `${directory} already exists; use --replace or choose another --name`)
  }
  if (!isTaken || onConflict === 'replace' || onConflict === 'aside') return { directory, isTaken }
  return { directory, isTaken, archive: await archiveOf(directory) }
}

/** Where a model that is being replaced waits until the new one is in its place; by name, so that it can be found again. */
function replacedIn(staging: string, name: string): string {
  return path.join(staging, `old-${name}`)
}

/**
 * A writer that was killed between the two renames of `moveFrom` has left the old model in its hidden folder and none in its
 * place. If that writer is alive after all, its second rename fails with an error; the old model stays.
 */
export async function recoverInterruptedSwap(directory: string): Promise<void> {
  if (await exists(directory)) return
  const { dir: parent, base: name } = path.parse(directory)
  const hidden = (await readdir(parent)).filter((folder) => folder.startsWith(STAGING))
  for (const staging of hidden.map((folder) => path.join(parent, folder))) {
    if (!(await exists(replacedIn(staging, name)))) continue
    await rename(replacedIn(staging, name), directory)
    await rm(staging, { recursive: true, force: true })
    return
  }
}

/** Creates the folder if it is missing: what would fail after an hour of training is better found before. */
async function checkWritable(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new LLimitError('INVALID_FILE', `${folder} cannot be written to: ${messageOf(cause)}`, { cause })
  }
}

function checkName(name: string): void {
  if (isSavedModelName(name)) return
  throw new LLimitError(
    'INVALID_ARGUMENT',
    'Expected a name of letters, digits, "_", "-" and ".", with a letter or digit first, for the saved model, ' +
      `got ${quote(name)}`,
  )
}

/** @throws LLimitError CONFLICT if the saved model has no version to be archived as, or that archive exists. */
async function archiveOf(directory: string): Promise<string> {
  let version: number
  try {
    version = await versionIn(directory)
  } catch (cause) {
    const message =
      `${directory} cannot be archived as an older version, since its ${CARD_FILE} cannot be read; ` +
      'use --replace or choose another --name'
    throw new LLimitError('CONFLICT', message, { cause })
  }
  const archive = versionFolder(directory, version)
  if (await exists(archive)) {
    const message = `${directory} is version ${version}, but ${archive} already exists; remove one of them`
    throw new LLimitError('CONFLICT', message)
  }
  return archive
}

/** A new hidden folder next to the destination; `moveFrom` takes what is written there out of it. */
export function createStaging({ directory }: PreparedDestination): Promise<string> {
  return mkdtemp(path.join(path.dirname(directory), STAGING))
}

/** Moves a folder to its destination, and the one that is there to its archive or into `staging`. */
export async function moveFrom(
  fresh: string,
  staging: string,
  { directory, isTaken, archive }: PreparedDestination,
): Promise<void> {
  if (!isTaken) return rename(fresh, directory)
  // A server that looks between the two renames tries again.
  const old = archive ?? replacedIn(staging, path.basename(directory))
  await rename(directory, old)
  try {
    await rename(fresh, directory)
  } catch (error) {
    await rename(old, directory)
    throw error
  }
}

/** The highest version of a name in a folder of saved models, 0 if there is none. A broken card has none and does not count. */
export async function highestVersion(parent: string, name: string): Promise<number> {
  const older = (await readdir(parent)).map(splitVersion).filter((folder) => folder.name === name)
  const latest = await versionIn(path.join(parent, name)).catch(zeroIfBroken)
  return Math.max(latest, ...older.flatMap(({ version }) => (version === undefined ? [] : [version])))
}

/** @throws LLimitError MODEL_BROKEN if the folder has no readable card. */
async function versionIn(directory: string): Promise<number> {
  return (await readCard(path.join(directory, CARD_FILE))).card.version
}

function zeroIfBroken(error: unknown): number {
  if (error instanceof LLimitError) return 0
  throw error
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
