import { cardSchema } from '../card.js'
import { LLimitError, shorten } from '../errors.js'

/** Types of saved models that can be served. */
export const MODEL_TYPES = cardSchema.options.map(({ shape }) => shape.type.value)

/** Types that LLimit v1 knows and this server does not serve; their names deserve another message than a slip. */
const ORIGINAL_TYPES = [
  'dn_embedding',
  'simple_scoring',
  'elo_scoring',
  'greedy_ranking',
  'mcmf_scoring',
  'least_squares_scoring',
  'gradient_boosting',
  'transformer_embedding',
]

/** Between the name of a saved model and a version of it: `default@1`. */
const SEPARATOR = '@'

/** A folder of saved models as its name reads. */
interface VersionedName {
  name: string
  /** Undefined for a folder that is called by the name alone. */
  version: number | undefined
}

/**
 * Checks the form of `"<type>/<name>"`, split at the first slash. Whether the name exists is another question: here it
 * may hold anything, since it is only ever looked up among names that were listed, never joined into a path.
 * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE with the sentences of LLimit v1.
 */
export function checkModelName(model: string): void {
  const slash = model.indexOf('/')
  if (slash === -1) {
    throw new LLimitError('INVALID_MODEL_FORMAT', "Model must be of the form 'model_type/model_name'")
  }
  const type = model.slice(0, slash)
  if (MODEL_TYPES.some((known) => known === type)) return
  const known = ORIGINAL_TYPES.includes(type) ? 'Unknown' : 'Invalid'
  throw new LLimitError('INVALID_MODEL_TYPE', `${known} model type: ${shorten(type)}`)
}

/**
 * Whether a saved model may be written under this name: it becomes the name of a folder, which has 255 characters at most with the
 * version after it and what hidden folders begin with, and versions take the `@`.
 */
export function isSavedModelName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]{0,199}$/.test(name)
}

/** The folder of an older version, next to that of the latest one. */
export function versionFolder(name: string, version: number): string {
  return `${name}${SEPARATOR}${version}`
}

/** `default@1` -> default, 1. Whatever does not end in a version is a name as it stands, also `a@` or `a@01`. */
export function splitVersion(folder: string): VersionedName {
  const [, name, digits] = /^(.+)@([1-9]\d{0,8})$/s.exec(folder) ?? []
  if (name === undefined || digits === undefined) return { name: folder, version: undefined }
  return { name, version: Number(digits) }
}
