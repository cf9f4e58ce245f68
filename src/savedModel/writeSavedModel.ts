import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import type { Card } from '../card.js'
import { highestVersion, prepareDestination } from './destination.js'
import type { Destination, OnConflict } from './destination.js'
import { versionFolder } from './names.js'
import { parseCard } from './readCard.js'
import { createStagingOf, moveFrom, untilMoved } from './swap.js'

/** A card without what follows from where and with which files it is written. */
export type CardContents = Omit<Card, 'version' | 'files'>

/**
 * Writes a saved model as a whole: into a hidden folder next to its destination, then renamed, so that a server that is
 * running sees the old one or the new one and a failure leaves nothing half-written. Its version is one more than the
 * highest of its name, also when it replaces another: a version never means two different models.
 * @param files name -> bytes of all files except the card
 * @throws LLimitError as `prepareDestination` does; MODEL_BROKEN if the card is invalid.
 */
export function writeSavedModel(
  destination: Destination,
  contents: CardContents,
  files: ReadonlyMap<string, Uint8Array>,
  onConflict: OnConflict,
): Promise<Written> {
  const write = () => tryToWrite(destination, contents, files, onConflict)
  return untilMoved(path.join(destination.root, contents.type, destination.name), write)
}

interface Written {
  directory: string
  card: Card
}

/** Undefined if another command wrote the same saved model meanwhile. */
async function tryToWrite(
  { root, name }: Destination,
  contents: CardContents,
  files: ReadonlyMap<string, Uint8Array>,
  onConflict: OnConflict,
): Promise<Written | undefined> {
  const live = await prepareDestination({ root, name }, contents.type, onConflict)
  const { version, staging } = await nextVersion(live.directory)
  const prepared =
    onConflict === 'aside' ? { directory: versionFolder(live.directory, version), taken: undefined } : live
  const { directory } = prepared
  try {
    const card = completeCard(contents, version, files)
    const fresh = path.join(staging, 'new')
    await writeFiles(fresh, card, files)
    return (await moveFrom(fresh, staging, prepared)) ? { directory, card } : undefined
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** The version after the highest one that there is or that is being written, and the folder to write it in. */
async function nextVersion(directory: string): Promise<{ version: number; staging: string }> {
  const highest = () => highestVersion(path.dirname(directory), path.basename(directory))
  for (let version = (await highest()) + 1; ; version++) {
    const staging = await createStagingOf(versionFolder(directory, version))
    if (staging === undefined) continue
    // Another command may have written it just before.
    if ((await highest()) < version) return { version, staging }
    await rm(staging, { recursive: true, force: true })
  }
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
