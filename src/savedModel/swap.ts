import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'

import { CARD_FILE } from '../card.js'
import { codeOf, LLimitError } from '../errors.js'
import { namesIn } from '../jsonFile.js'

/** What the hidden folders begin with in which models are written. */
const STAGING = '.writing-'

/** What a folder in there begins with that is whole, and about to be moved to the name that follows. */
const WHOLE = 'next-'

/** What one begins with that was moved out of the way, and is to be deleted. */
const REPLACED = 'old-'

/** Replacements by others that one is tried again after; nobody replaces a saved model faster for long. */
const MAX_ATTEMPTS = 10

/** A destination that may be written to. */
export interface PreparedDestination {
  directory: string
  /** The card of the saved model that is there; undefined if there is none. */
  taken: string | undefined
  /** Where that one will be archived. */
  archive?: string
}

/** The text of the card that is there, empty if it cannot be read; undefined if there is no folder. */
export async function cardIn(directory: string): Promise<string | undefined> {
  if (!(await exists(directory))) return undefined
  return readFile(path.join(directory, CARD_FILE), 'utf8').catch(() => '')
}

/**
 * Does what ends in `moveFrom`, again if that returns false.
 * @param attempt returns undefined if another command was faster
 * @throws LLimitError CONFLICT
 */
export async function untilMoved<T>(directory: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (let n = 1; n <= MAX_ATTEMPTS; n++) {
    const done = await attempt()
    if (done !== undefined) return done
  }
  const message = `${directory} is changed by other commands all the time; try again when they have ended`
  throw new LLimitError('CONFLICT', message)
}

/** A new hidden folder next to the destination; `moveFrom` takes what is written there out of it. */
export function createStaging(directory: string): Promise<string> {
  return mkdtemp(path.join(path.dirname(directory), STAGING))
}

/**
 * The same for a version that is new, which no two commands have at once: the name of the folder says which.
 * @returns undefined if another one has it, or has left the folder when it was killed
 */
export async function createStagingOf(version: string): Promise<string | undefined> {
  const { dir: parent, base: name } = path.parse(version)
  const staging = path.join(parent, STAGING + name)
  try {
    await mkdir(staging)
    return staging
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

/**
 * Moves a folder to its destination, and the one that is there to its archive or into `staging`. Between the two renames a server
 * serves the folder from where it lies, and the next command does the second if this one was killed.
 * @param fresh in `staging`
 * @returns false, with nothing changed, if the destination is no longer what it was when it was prepared.
 */
export async function moveFrom(
  fresh: string,
  staging: string,
  { directory, taken, archive }: PreparedDestination,
): Promise<boolean> {
  const name = path.basename(directory)
  if ((await cardIn(directory)) !== taken) return false
  const { whole, old: replaced } = leftIn(staging, name)
  const old = archive ?? replaced
  await rename(fresh, whole)
  if (taken !== undefined) {
    if (!(await renamed(directory, old))) return false
    if ((await cardIn(old)) !== taken) {
      await renamed(old, directory)
      return false
    }
  }
  if (await renamed(whole, directory)) return true
  // Another command that came between the two renames has done the second.
  if (!(await exists(whole))) return true
  if (taken !== undefined) await renamed(old, directory)
  return false
}

/** False if another command was there first: what is to be moved is gone, or its place is taken. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].some((code) => code === codeOf(error))) return false
    throw error
  }
}

/**
 * A writer that was killed between the two renames of `moveFrom` has left the new model in its hidden folder and none in its
 * place: does the second rename. If that writer is alive after all, it finds that done. What a writer has left that was killed
 * after the second is deleted.
 */
export async function recoverInterruptedSwap(directory: string): Promise<void> {
  const { dir: parent, base: name } = path.parse(directory)
  for (const staging of await stagingsIn(parent)) {
    const { whole, old } = leftIn(staging, name)
    const isWhole = await exists(directory)
    const isOver = isWhole
      ? await exists(old)
      : (await renamed(whole, directory)) || (await renamed(old, directory))
    if (isOver) await rm(staging, { recursive: true, force: true })
  }
}

function leftIn(staging: string, name: string) {
  return { whole: path.join(staging, WHOLE + name), old: path.join(staging, REPLACED + name) }
}

/** Deletes what killed writers have left of a saved model that is to be removed: nothing shall bring it back. */
export async function removeLeftovers(directory: string): Promise<void> {
  const { dir: parent, base: name } = path.parse(directory)
  for (const staging of await stagingsIn(parent)) {
    const { whole, old } = leftIn(staging, name)
    if ((await exists(whole)) || (await exists(old))) await rm(staging, { recursive: true, force: true })
  }
}

/** Folders that are whole and about to be moved, by the names that they are to have; undefined if nothing is being written. */
export async function wholeFoldersIn(parent: string): Promise<[string, string][] | undefined> {
  const stagings = await stagingsIn(parent)
  if (stagings.length === 0) return undefined
  const contents = stagings.map(async (staging) => {
    const inside = await namesIn(staging, 'A folder in which a saved model is written')
    const whole = inside.filter((folder) => folder.startsWith(WHOLE))
    return whole.map((folder): [string, string] => [folder.slice(WHOLE.length), path.join(staging, folder)])
  })
  return (await Promise.all(contents)).flat()
}

async function stagingsIn(parent: string): Promise<string[]> {
  const names = await namesIn(parent, 'A folder of saved models')
  return names.filter((folder) => folder.startsWith(STAGING)).map((folder) => path.join(parent, folder))
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
