import { LLimitError, shorten } from '../errors.js'

/** Types of saved models that can be served. */
export const MODEL_TYPES = ['dense_network'] as const

/** Types that the original knows and this server does not serve; their names deserve another sentence than a slip. */
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

/**
 * Checks the form of `"<type>/<name>"`, split at the first slash. Whether the name exists is another question: here it
 * may hold anything, since it is only ever looked up among names that were listed, never joined into a path.
 * @throws LLimitError INVALID_MODEL_FORMAT, INVALID_MODEL_TYPE with the sentences of the original.
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
