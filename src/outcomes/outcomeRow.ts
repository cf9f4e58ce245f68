import { z } from 'zod'

/** What a row says of a prompt, whatever else it holds. */
export const promptFields = {
  source: z.string().default(''),
  category: z.string().default(''),
  split: z.string().default(''),
}

/** The one name that is not an ordinary property of an object: its score would be lost silently. */
const FORBIDDEN_NAME = '__proto__'
const forbiddenName = `expected any name of an LLM but "${FORBIDDEN_NAME}"`

export const llmName = z
  .string()
  .min(1, 'expected the name of an LLM')
  .refine((name) => name !== FORBIDDEN_NAME, forbiddenName)

/** How far a score may lie outside [0, 1]: metrics that are corrected for guessing fall a little below 0. It is clipped. */
const MAX_OVERSHOOT = 0.05

const score = z
  .number()
  .refine((value) => value >= -MAX_OVERSHOOT && value <= 1 + MAX_OVERSHOOT, 'expected a score from 0 to 1')

/** LLM -> number. No LLM that a row names is lost: a record alone skips `__proto__`, which is rejected here. */
export function byLlm<S extends z.ZodType<number>>(value: S) {
  return z
    .unknown()
    .refine((scores) => !hasOwn(scores, FORBIDDEN_NAME), forbiddenName)
    .pipe(z.record(llmName, value))
}

function hasOwn(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
}

const tokenCount = z.number().nonnegative('expected a number of tokens, 0 or more')

/**
 * A line of an outcomes file: a prompt with the score of every LLM that was judged on it. Other fields (answers, prices) are
 * ignored.
 */
export const outcomeRow = z.object({
  prompt: z.string(),
  ...promptFields,
  /** LLM -> from 0 (failed) to 1 (correct, or the best rating) */
  scores: byLlm(score),
  /** LLM -> length of its answer; LLMs may be missing, and those without a score say nothing. */
  tokens: z.exactOptional(byLlm(tokenCount)),
})

export type OutcomeRow = z.infer<typeof outcomeRow>
