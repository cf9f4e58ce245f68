import { createHash } from 'node:crypto'
import { access, constants, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { LLimitError, messageOf, quote } from '../errors.js'
import { isSavedModelName, versionFolder } from './names.js'
import { parseCard } from './readCard.js'
import { highestVersion, versionIn } from './versions.js'

/** Where a saved model goes: `<root>/<type of its card>/<name>`. */
export interface Destination {
  root: string
  name: string
}

/** What becomes of a saved model that is there already: it stays, is replaced, or is archived as `<name>@<its version>`. */
export type OnConflict = 'reject' | 'replace' | 'newVersion'

/** A card without what follows from where and with which files it is written. */
export type CardContents = Omit<Card, 'version' | 'files'>

/** What the hidden folders begin with in which models are written. */
const STAGING = '.writing-'

/**
 * Writes a saved model as a whole: into a hidden folder next to its destination, then renamed, so that a server that is
 * running sees the old one or the new one and a failure leaves nothing half-written. Its version is one more than the
 * highest of its name, also when it replaces another: a version never means two different models.
 * @param files name -> bytes of all files except the card
 * @throws LLimitError as `prepareDestination` does; MODEL_BROKEN if the card is invalid.
 */
export async function writeSavedModel(
  { root, name }: Destination,
  contents: CardContents,
  files: ReadonlyMap<string, Uint8Array>,
  onConflict: OnConflict,
): Promise<{ directory: string; card: Card }> {
  const { directory, isTaken, archive } = await prepareDestination({ root, name }, contents.type, onConflict)
  const parent = path.dirname(directory)
  const card = completeCard(contents, (await highestVersion(parent, name)) + 1, files)
  const staging = await mkdtemp(path.join(parent, STAGING))
  try {
    const fresh = path.join(staging, 'new')
    await writeFiles(fresh, card, files)
    if (isTaken) await swap(directory, fresh, archive ?? replacedIn(staging, name))
    else await rename(fresh, directory)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return { directory, card }
}

/**
 * Whether a saved model may be written there; to be asked also before the work that makes one. Recovers a swap that was
 * interrupted.
 * @returns the folder, whether there is one already, and where that one will be archived.
 * @throws LLimitError INVALID_ARGUMENT for an invalid name; INVALID_FILE if the folder cannot be written to; CONFLICT if
 * there is a saved model and it may not be replaced, or cannot be archived.
 */
export async function prepareDestination(
  { root, name }: Destination,
  type: Card['type'],
  onConflict: OnConflict,
): Promise<{ directory: string; isTaken: boolean; archive?: string }> {
  checkName(name)
  const directory = path.join(root, type, name)
  await checkWritable(path.dirname(directory))
  await recoverInterruptedSwap(directory)
  const isTaken = await exists(directory)
  if (isTaken && onConflict === 'reject') {
    throw new LLimitError('CONFLICT', `${directory} already exists; use --replace or choose another --name`)
  }
  if (!isTaken || onConflict === 'replace') return { directory, isTaken }
  return { directory, isTaken, archive: await archiveOf(directory) }
}

/** Where a model that is being replaced waits until the new one is in its place; by name, so that it can be found again. */
function replacedIn(staging: string, name: string): string {
  return path.join(staging, `old-${name}`)
}

/**
 * A writer that was killed between the two renames of `swap` has left the old model in its hidden folder and none in its
 * place. If that writer is alive after all, its second rename fails with an error; the old model stays.
 */
async function recoverInterruptedSwap(directory: string): Promise<void> {
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
    await mkdir(folder, { recursive: true })
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

/** The card as it is read back, so that a number that JSON does not know is found before it is written. */
function completeCard(contents: CardContents, version: number, files: ReadonlyMap<string, Uint8Array>): Card {
  const { format_version, type, ...rest } = contents
  const sums = [...files].map(([name, bytes]) => [name, sha256(bytes)] as const)
  const card: Card = { format_version, type, version, ...rest, files: Object.fromEntries(sums) }
  return parseCard(JSON.parse(JSON.stringify(card)))
}

async function writeFiles(folder: string, card: Card, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(folder)
  for (const [name, bytes] of files) await writeFile(path.join(folder, name), bytes)
  await writeFile(path.join(folder, CARD_FILE), JSON.stringify(card, undefined, 2) + '\n')
}

/** Moves the old folder away and the new one into its place; a server that looks between the two tries again. */
async function swap(directory: string, fresh: string, away: string): Promise<void> {
  await rename(directory, away)
  try {
    await rename(fresh, directory)
  } catch (error) {
    await rename(away, directory)
    throw error
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
