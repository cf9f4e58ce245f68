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
export interface Place {
  root: string
  name: string
}

/** What becomes of a saved model that has the place: it stays, it goes, or it is kept beside as `<name>@<its version>`. */
export type IfTaken = 'refuse' | 'replace' | 'newVersion'

/** A card without what follows from where and with which files it is written. */
export type CardContents = Omit<Card, 'version' | 'files'>

/** What the hidden folders begin with in which models are written. */
const STAGING = '.writing-'

/**
 * Writes a saved model as a whole: into a hidden folder beside its place, then renamed into it, so that a server that is
 * running sees the old one or the new one and a failure leaves nothing half-written. Its version is one more than the
 * highest of its name, also where it replaces another: a version never means two different models.
 * @param files name -> bytes of everything beside the card
 * @throws LLimitError INVALID_REQUEST where the name is none, the place is taken and stays, or the old version cannot be
 * kept; MODEL_BROKEN where the card does not fit.
 */
export async function writeSavedModel(
  { root, name }: Place,
  contents: CardContents,
  files: ReadonlyMap<string, Uint8Array>,
  ifTaken: IfTaken,
): Promise<{ directory: string; card: Card }> {
  const { directory, taken, kept } = await checkPlace({ root, name }, contents.type, ifTaken)
  const parent = path.dirname(directory)
  const card = completeCard(contents, (await highestVersion(parent, name)) + 1, files)
  const staging = await mkdtemp(path.join(parent, STAGING))
  try {
    const fresh = path.join(staging, 'new')
    await writeFiles(fresh, card, files)
    if (taken) await swap(directory, fresh, kept ?? replacedIn(staging, name))
    else await rename(fresh, directory)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return { directory, card }
}

/**
 * Whether a saved model may be written there; to be asked also before the work that makes one. Puts back what a writer that
 * was killed had moved away.
 * @returns the folder, whether there is one already, and where that one will be kept.
 * @throws LLimitError INVALID_REQUEST as `writeSavedModel` does.
 */
export async function checkPlace(
  { root, name }: Place,
  type: Card['type'],
  ifTaken: IfTaken,
): Promise<{ directory: string; taken: boolean; kept?: string }> {
  checkName(name)
  const directory = path.join(root, type, name)
  await checkWritable(path.dirname(directory))
  await putBack(directory)
  const taken = await exists(directory)
  if (taken && ifTaken === 'refuse') {
    throw new LLimitError('INVALID_REQUEST', `${directory} exists already; give --replace or another --name`)
  }
  if (!taken || ifTaken === 'replace') return { directory, taken }
  return { directory, taken, kept: await placeOfOldVersion(directory) }
}

/** Where a model that is being replaced waits until the new one has its place; by name, so that it can be found again. */
function replacedIn(staging: string, name: string): string {
  return path.join(staging, `old-${name}`)
}

/**
 * A writer that was killed between the two renames of `swap` has left no model in the place, and the old one in its hidden
 * folder. Where that writer is alive after all, its second rename fails and it says so; the old model stays.
 */
async function putBack(directory: string): Promise<void> {
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

/** Makes the folder where it is missing: what will fail after an hour of training is better found before. */
async function checkWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new LLimitError('INVALID_REQUEST', `${folder} cannot be written to: ${messageOf(cause)}`, { cause })
  }
}

function checkName(name: string): void {
  if (isSavedModelName(name)) return
  throw new LLimitError(
    'INVALID_REQUEST',
    `the name of a saved model must be letters, digits, "_", "-" and "." with a letter or digit first; it is ${quote(name)}`,
  )
}

/** @throws LLimitError INVALID_REQUEST where the saved model has no version to be kept as, or that place is taken. */
async function placeOfOldVersion(directory: string): Promise<string> {
  let version: number
  try {
    version = await versionIn(directory)
  } catch (cause) {
    const sentence = `${directory} cannot be kept as an older version: its ${CARD_FILE} cannot be used`
    throw new LLimitError('INVALID_REQUEST', sentence, { cause })
  }
  const kept = versionFolder(directory, version)
  if (await exists(kept)) {
    throw new LLimitError('INVALID_REQUEST', `${directory} is version ${version}, but ${kept} exists already`)
  }
  return kept
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

/** Moves the old folder away and the new one in its place; a server waits for the moment between the two. */
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
