import { access, constants, readdir } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError, messageOf, quote } from '../errors.js'
import { makeFolder } from '../makeFolder.js'
import { isSavedModelName, splitVersion, versionFolder } from './names.js'
import { readCard } from './readCard.js'
import { cardIn, recoverInterruptedSwap } from './swap.js'
import type { PreparedDestination } from './swap.js'

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
  const taken = await cardIn(directory)
  if (taken !== undefined && onConflict === 'reject') {
    throw new LLimitError('CONFLICT', `${directory} already exists; use --replace or choose another --name`)
  }
  if (taken === undefined || onConflict === 'replace' || onConflict === 'aside') return { directory, taken }
  const archive = await archiveOf(directory)
  return { directory, taken, ...(archive !== undefined && { archive }) }
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
    'Expected a name of at most 200 letters, digits, "_", "-" and ".", with a letter or digit first, for the saved model, ' +
      `got ${quote(name)}`,
  )
}

/**
 * @returns undefined if it is archived already
 * @throws LLimitError CONFLICT if the saved model has no version to be archived as, or that archive is another model.
 */
async function archiveOf(directory: string): Promise<string | undefined> {
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
  const archived = await cardIn(archive)
  // It was made live by a copy of that folder.
  if (archived !== undefined && archived === (await cardIn(directory))) return undefined
  if (archived !== undefined) {
    const message = `${directory} is version ${version}, but ${archive} already exists; remove one of them`
    throw new LLimitError('CONFLICT', message)
  }
  return archive
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
