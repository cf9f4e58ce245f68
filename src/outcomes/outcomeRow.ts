import { z } from 'zod'

/** A text that may be missing, or null, which many tools write for it. */
const optionalText = z
  .string()
  .nullish()
  .transform((text) => (typeof text === 'string' ? text : NOT_GIVEN))

const NOT_GIVEN = ''

/** What a row says of a prompt, whatever else it holds. */
export const promptFields = {
  source: optionalText,
  category: optionalText,
  split: optionalText,
}

/** The one name that is not an ordinary property of an object: its score would be lost silently. */
const FORBIDDEN_NAME = '__proto__'
const forbiddenName = `expected any name of an LLM but "${FORBIDDEN_NAME}"`

const llmName = z
  .string()
  .min(1, 'expected the name of an LLM')
  .refine((name) => name !== FORBIDDEN_NAME, forbiddenName)

/** In a cell of its own, where spreadsheets and people leave blanks around it. */
export const llmCell = z.string('expected the name of an LLM').trim().pipe(llmName)

/** How far a score may lie outside [0, 1]: metrics that are corrected for guessing fall a little below 0. It is clipped. */
const MAX_OVERSHOOT = 0.05

/** Numbers as tables write them. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** What tools write for a number: `true`, `"1.0"`, `"False"`; nothing at all for a score that is not known. */
function asNumber(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string') return value
  const text = value.trim().toLowerCase()
  if (text === '') return null
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0
  return NUMBER.test(text) ? Number(text) : value
}

const number = z
  .number('expected a score from 0 to 1')
  .refine((value) => value >= -MAX_OVERSHOOT && value <= 1 + MAX_OVERSHOOT, 'expected a score from 0 to 1')

export const score = z.preprocess(asNumber, number)

/** The same in a table, where an empty cell says that there is none. */
export const tableScore = z.preprocess(asNumber, number.nullable())

/** LLM -> number. No LLM that a row names is lost: a record alone skips `__proto__`, which is rejected here. */
export function byLlm<S extends z.ZodType<number>>(value: S) {
  return z
    .unknown()
    .refine((scores) => !hasOwn(scores, FORBIDDEN_NAME), forbiddenName)
    .transform(withoutNulls)
    .pipe(z.record(llmName, value))
}

/** That an LLM has no score is said in JSON by null too. */
function withoutNulls(scores: unknown): unknown {
  if (typeof scores !== 'object' || scores === null || Array.isArray(scores)) return scores
  return Object.fromEntries(Object.entries(scores).filter(([, value]) => value !== null))
}

function hasOwn(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
}

/** No answer is longer; beyond, single precision has no such number. */
const MAX_TOKENS = 1e9

const tokenCount = z
  .number('expected a number of tokens')
  .nonnegative('expected a number of tokens, 0 or more')
  .max(MAX_TOKENS, `expected a number of tokens up to ${MAX_TOKENS}`)

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
  tokens: z
    .nullish(byLlm(tokenCount))
    .transform((tokens) => (tokens === null ? undefined : tokens))
    .optional(),
})

export type OutcomeRow = z.infer<typeof outcomeRow>
