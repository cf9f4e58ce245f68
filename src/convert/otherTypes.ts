import { describePyValue } from '../tensor/pytorch/formatting.js'
import { invalidCheckpoint } from '../tensor/pytorch/invalidCheckpoint.js'
import type { Dict } from '../tensor/pytorch/pickle/values.js'

/** Keys by which checkpoints of LLimit v1's other model types give themselves away; the first match counts. */
const SIGNATURES: readonly (readonly [type: string, keys: readonly string[]])[] = [
  ['dn_embedding_length_prediction', ['embedding_model_state_dict', 'model_avg_lengths']],
  ['gradient_boosting or gb_length_prediction', ['xgb_model_bytes']],
  ['dn_embedding', ['embedding_model_state_dict']],
  ['simple_length_prediction', ['per_model_params', 'global_params']],
  ['elo_scoring', ['ratings', 'initial_rating']],
  ['greedy_ranking', ['ranking', 'scores']],
  ['least_squares_scoring or mcmf_scoring', ['scores', 'min_model_occurrences']],
  ['simple_scoring', ['network_state_dict', 'min_model_occurrences']],
]

/** @throws LLimitError INVALID_CHECKPOINT, naming the type, if the keys belong to another than dense_network. */
export function rejectOtherTypes(checkpoint: Dict): void {
  const stated = checkpoint.get('model_type')
  if (stated !== undefined && stated !== 'dense_network') {
    throw invalidCheckpoint(`model_type: expected "dense_network", got ${describePyValue(stated)}`)
  }
  const match = SIGNATURES.find(([, keys]) => keys.every((key) => checkpoint.has(key)))
  if (match) {
    const [type, keys] = match
    throw invalidCheckpoint(
      `expected a checkpoint of the type dense_network, got one of ${type} by its keys ${keys.join(' and ')}`,
    )
  }
}
