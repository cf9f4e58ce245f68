import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { createStaging, highestVersion, moveFrom, prepareDestination } from './destination.js'
import type { Destination, OnConflict } from './destination.js'
import { versionFolder } from './names.js'
import { parseCard } from './readCard.js'

/** A card without what follows from where and with which files it is written. */
export type CardContents = Omit<Card, 'version' | 'files'>

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
  const live = await prepareDestination({ root, name }, contents.type, onConflict)
  const version = (await highestVersion(path.dirname(live.directory), name)) + 1
  const prepared =
    onConflict === 'aside' ? { directory: versionFolder(live.directory, version), isTaken: false } : live
  const { directory } = prepared
  const card = completeCard(contents, version, files)
  const staging = await createStaging(prepared)
  try {
    const fresh = path.join(staging, 'new')
    await writeFiles(fresh, card, files)
    await moveFrom(fresh, staging, prepared)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  return { directory, card }
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

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
