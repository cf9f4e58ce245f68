import { z } from 'zod'

/** What a row says of a prompt, whatever else it holds. */
export const promptFields = {
  source: z.string().default(''),
  category: z.string().default(''),
  split: z.string().default(''),
}

/** The one name that is no ordinary property of an object: what is said of it would be lost without a word. */
const NO_PROPERTY = '__proto__'
const noProperty = `an LLM cannot be called "${NO_PROPERTY}"`

export const llmName = z
  .string()
  .min(1, 'an LLM needs a name')
  .refine((name) => name !== NO_PROPERTY, noProperty)

/** How far a score may lie outside [0, 1]: metrics that are corrected for guessing fall a little below 0. It is clipped. */
const OVERSHOOT = 0.05

const score = z
  .number()
  .refine((value) => value >= -OVERSHOOT && value <= 1 + OVERSHOOT, 'a score must lie in [0, 1]')

/** LLM -> number, where every LLM that a row names is there or refused: a record alone passes over `__proto__`. */
export function byLlm<S extends z.ZodType<number>>(value: S) {
  return z
    .unknown()
    .refine((scores) => !hasOwn(scores, NO_PROPERTY), noProperty)
    .pipe(z.record(llmName, value))
}

function hasOwn(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
}

/**
 * A line of an outcomes file: a prompt with the score of every LLM that was judged on it. Other fields (answers, lengths,
 * prices) are ignored.
 */
export const outcomeRow = z.object({
  prompt: z.string(),
  ...promptFields,
  /** LLM -> from 0 (failed) to 1 (correct, or the best rating) */
  scores: byLlm(score),
})

export type OutcomeRow = z.infer<typeof outcomeRow>
