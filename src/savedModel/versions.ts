import { readdir } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import { LLimitError } from '../errors.js'
import { splitVersion } from './names.js'
import { readCard } from './readCard.js'

/** The highest version of a name in a folder of saved models, 0 if there is none. A broken card has none and does not count. */
export async function highestVersion(parent: string, name: string): Promise<number> {
  const older = (await readdir(parent)).map(splitVersion).filter((folder) => folder.name === name)
  const latest = await versionIn(path.join(parent, name)).catch(zeroIfBroken)
  return Math.max(latest, ...older.flatMap(({ version }) => (version === undefined ? [] : [version])))
}

/** @throws LLimitError MODEL_BROKEN if the folder has no readable card. */
export async function versionIn(directory: string): Promise<number> {
  return (await readCard(path.join(directory, CARD_FILE))).card.version
}

function zeroIfBroken(error: unknown): number {
  if (error instanceof LLimitError) return 0
  throw error
}
