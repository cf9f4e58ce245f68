import { createHash } from 'node:crypto'

import { at } from '../numeric/at.js'
import type { JudgedData, JudgedPrompt } from './outcomes.js'

/** Share of the prompts that is held out if the data does not say which. */
export const DEV_SHARE = 0.1

/**
 * The split of each prompt as the data names it; by a hash of the text if it names none, so that training and evaluation
 * hold out the same prompts on every machine.
 */
export function splitsOf(prompts: readonly JudgedPrompt[], devShare: number): readonly string[] {
  return prompts.map(({ text, split }) => {
    if (split !== '') return split
    const hash = createHash('sha256').update(text).digest().readUInt32BE()
    return hash / 2 ** 32 < devShare ? 'dev' : 'train'
  })
}

/** The data with a split for each prompt. */
export function withSplits<D extends JudgedData>(data: D, devShare: number = DEV_SHARE): D {
  const splits = splitsOf(data.outcomes.prompts, devShare)
  const prompts = data.outcomes.prompts.map((prompt, p) => ({ ...prompt, split: at(splits, p) }))
  return { ...data, outcomes: { ...data.outcomes, prompts } }
}
