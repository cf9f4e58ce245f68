import { readdir } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import { LLimitError } from '../errors.js'
import { splitVersion } from './names.js'
import { readCard } from './readCard.js'

/**
 * The highest version of a name that a folder of saved models holds, 0 where it holds none. A broken card in the place of
 * the name has no version and does not count.
 */
export async function highestVersion(parent: string, name: string): Promise<number> {
  const older = (await readdir(parent)).map(splitVersion).filter((folder) => folder.name === name)
  const latest = await versionIn(path.join(parent, name)).catch(ifBroken)
  return Math.max(latest, 0, ...older.map(({ version = 0 }) => version))
}

/** @throws LLimitError MODEL_BROKEN where the folder holds no card that can be read. */
export async function versionIn(directory: string): Promise<number> {
  return (await readCard(path.join(directory, CARD_FILE))).card.version
}

function ifBroken(error: unknown): number {
  if (error instanceof LLimitError) return 0
  throw error
}
