import { LLimitError } from '../../src/errors.js'

/**
 * The refusal of a split without outcomes.
 * @param splits split -> prompts; '' where the rows do not say
 */
export function emptySplit(split: string, splits: Readonly<Record<string, number>>): LLimitError {
  const names = Object.keys(splits)
  const known = names.map((name) => `${name === '' ? '(not given)' : `"${name}"`} (${splits[name]} prompts)`)
  const reason = names.every((name) => name === '')
    ? ': no row has a "split"; give rows "train" and "dev" before training, so that the dev prompts are new to the model'
    : `; there are ${known.join(', ')}`
  return new LLimitError('INVALID_REQUEST', `--split ${split} has no outcomes${reason}`)
}
