import path from 'node:path'

import { CARD_FILE } from '../card.js'
import { LLimitError } from '../errors.js'
import { namesIn } from '../jsonFile.js'
import { at } from '../numeric/at.js'
import { MODEL_TYPES, splitVersion } from './names.js'
import { wholeFoldersIn } from './swap.js'

/** As messages call it. */
const FOLDER = 'A folder of saved models'

/** Name as a request gives it -> directory. */
export type Listing = ReadonlyMap<string, string>

/**
 * `"<type>/<name>"` of every folder of saved models that holds a card, by name, its older versions in their order. One that a
 * command was about to move to its name, when it was killed, is the one of that name.
 */
export async function listSavedModels(root: string): Promise<Listing> {
  const ofTypes = MODEL_TYPES.map(async (type) => {
    const parent = path.join(root, type)
    const inPlace = async () =>
      (await foldersWith(parent, CARD_FILE)).map((name): [string, string] => [name, path.join(parent, name)])
    const first = await inPlace()
    const unmoved = await wholeFoldersIn(parent)
    // One may have been moved to its name between the two looks.
    const folders = unmoved === undefined ? first : [...first, ...unmoved, ...(await inPlace())]
    const all = [...new Map(folders)].sort(([a], [b]) => byNameAndVersion(a, b))
    return all.map(([name, folder]): [string, string] => [`${type}/${name}`, folder])
  })
  return new Map((await Promise.all(ofTypes)).flat())
}

/** A folder with one of these is an encoder's; published static encoders have the second only. */
const ENCODER_FILES = ['config.json', 'modules.json']

/** Folder name of every encoder below the roots; the first root that has one wins. */
async function listEncoders(roots: readonly string[]): Promise<Listing> {
  const found = new Map<string, string>()
  for (const root of roots) {
    const folder = path.join(root, 'encoders')
    for (const name of await foldersWith(folder, ...ENCODER_FILES)) {
      if (!found.has(name)) found.set(name, path.join(folder, name))
    }
  }
  return found
}

/**
 * The directory of an encoder by the name that a card or checkpoint gives it: publishers prefix their name
 * (`BAAI/bge-base-en-v1.5`), folders carry the last part only.
 * @throws LLimitError MODEL_BROKEN, naming the encoders that are installed.
 */
export async function findEncoder(roots: readonly string[], name: string): Promise<string> {
  const encoders = await listEncoders(roots)
  const directory = encoders.get(name.slice(name.lastIndexOf('/') + 1))
  if (directory !== undefined) return directory
  const installed = [...encoders.keys()].join(', ') || 'none'
  throw new LLimitError('MODEL_BROKEN', `Expected the encoder "${name}" to be installed, got ${installed}`)
}

/** Names of the folders in `parent` that hold one of the files; a name with a dot in front is a half-written one. */
async function foldersWith(parent: string, ...files: string[]): Promise<string[]> {
  const children = await namesIn(parent, FOLDER)
  const visible = children.filter((name) => !name.startsWith('.')).sort(byNameAndVersion)
  const contents = await Promise.all(
    // A folder that cannot be read is there: whoever opens it says what is wrong, and the others are listed.
    visible.map((name) => namesIn(path.join(parent, name), FOLDER).catch(unlessPassing(files))),
  )
  return visible.filter((_, i) => at(contents, i).some((file) => files.includes(file)))
}

function byNameAndVersion(a: string, b: string): number {
  const [left, right] = [splitVersion(a), splitVersion(b)]
  if (left.name !== right.name) return left.name < right.name ? -1 : 1
  // The folder of the name alone comes before its older versions.
  if (left.version === undefined || right.version === undefined) return left.version === undefined ? -1 : 1
  return left.version - right.version
}

function unlessPassing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof LLimitError && error.code === 'MODEL_BROKEN') return instead
    throw error
  }
}
