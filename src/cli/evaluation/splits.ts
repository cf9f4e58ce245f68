import { LLimitError } from '../../errors.js'

/**
 * The error for a split without outcomes.
 * @param splits split -> prompts
 */
export function emptySplit(split: string, splits: Readonly<Record<string, number>>): LLimitError {
  const own = splits[split]
  const known = Object.entries(splits).map(([name, prompts]) => `"${name}" (${prompts} prompts)`)
  const reason =
    own === undefined
      ? `there are ${known.join(', ')}`
      : `its ${own} prompts have comparisons only, and what is measured here needs outcomes`
  return new LLimitError('INVALID_ARGUMENT', `--split ${split} has no outcomes: ${reason}`)
}
