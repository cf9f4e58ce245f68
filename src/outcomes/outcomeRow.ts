import { z } from 'zod'

/** What a row says of a prompt, whatever else it holds. */
export const promptFields = {
  source: z.string().default(''),
  category: z.string().default(''),
  split: z.string().default(''),
}

export const llmName = z.string().min(1, 'an LLM needs a name')

/** How far a score may lie outside [0, 1]: metrics that are corrected for guessing fall a little below 0. It is clipped. */
const OVERSHOOT = 0.05

const score = z
  .number()
  .refine((value) => value >= -OVERSHOOT && value <= 1 + OVERSHOOT, 'a score must lie in [0, 1]')

/**
 * A line of an outcomes file: a prompt with the score of every LLM that was judged on it. Other fields (answers, lengths,
 * prices) are ignored.
 */
export const outcomeRow = z.object({
  prompt: z.string(),
  ...promptFields,
  /** LLM -> from 0 (failed) to 1 (correct, or the best rating) */
  scores: z.record(llmName, score),
})

export type OutcomeRow = z.infer<typeof outcomeRow>
