import { z } from 'zod'

import { cardSchema, jsonSchema } from '../card.js'
import { LIMIT_NAMES } from '../config/limits.js'
import { ANSWER_CODES } from '../errors.js'
import { MODEL_TYPES } from '../savedModel/names.js'
import { BATCH_SIZE } from '../selection/requests.js'
import type {
  ModelDescription,
  ModelSummary,
  OutputTokens,
  PairDetail,
  PromptDetail,
} from '../selection/requests.js'

/**
 * What goes over the wire. Requests are validated with these schemas and the OpenAPI document is generated from them.
 * The text of an error says what is expected: `validation.ts` adds the name of the field and what was received.
 */

/** Of names that have the form of one, and a type that can be served. */
export const MODEL_NAME_PATTERN = `^(${MODEL_TYPES.join('|')})/`

const BATCH_ERROR = `expected an integer from ${BATCH_SIZE.min} to ${BATCH_SIZE.max}`

const unpairedSurrogate = /\p{Surrogate}/u

/** Longer than any name or ARN that a provider has, and short enough to look a thousand of them up at once. */
export const MAX_NAME_LENGTH = 1000

export const text = z.string('expected a string')
export const nameText = text.max(MAX_NAME_LENGTH, `expected a name of at most ${MAX_NAME_LENGTH} characters`)
export const modelName = nameText.meta({
  description: 'Saved model, as `<type>/<name>` or `<type>/<name>@<version>`.',
  // For the document: what does not match has a sentence of its own.
  pattern: MODEL_NAME_PATTERN,
})

export const promptText = text.refine(
  (value) => !unpairedSurrogate.test(value),
  'expected text without unpaired surrogates',
)

/** Rejects the one key that a record would leave out without a word. */
export function withAllKeys<S extends z.ZodType>(record: S) {
  return z.preprocess((value, context) => {
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'))
      context.issues.push({ code: 'custom', message: 'expected any key but "__proto__"', input: value })
    return value
  }, record)
}

const batchSize = z
  .preprocess(asInteger, z.int(BATCH_ERROR).min(BATCH_SIZE.min, BATCH_ERROR).max(BATCH_SIZE.max, BATCH_ERROR))
  .prefault(BATCH_SIZE.default)
  .describe(
    'Most (prompt, LLM) pairs that the network scores at once. It bounds memory and never changes a score.',
  )

export const inferRequestSchema = z.object(
  {
    model: modelName,
    models_to_score: z
      .array(nameText, 'expected an array of strings')
      .describe(
        'Names of the LLMs to score, as any provider writes them, or `*` alone for all. A name given twice is answered once.',
      ),
    exact_names: z
      .boolean('expected true or false')
      .default(false)
      .describe('Whether a name that the saved model does not have as it stands is an error.'),
    prompts: z
      .array(promptText, 'expected an array of strings')
      .min(1, 'expected at least one prompt')
      .describe('The prompts to score each LLM on.'),
    batch_size: batchSize,
    details: z
      .boolean('expected true or false')
      .default(false)
      .describe(
        'Whether to answer what is known of the scores as well. For saved models whose scores are probabilities.',
      ),
  },
  'expected a JSON object',
)

const ofUnknownTraining = 'Null if the saved model does not say what it was trained on.'

const outputTokensSchema = z.object({
  expected: z.number().describe('Mean length: times the price of a token it is the expected cost.'),
  median: z
    .number()
    .describe('Half of the answers are shorter. Less than the mean, since a few are very long.'),
  low: z.number().describe('Lower end of an interval that covers nine answers in ten.'),
  high: z.number().describe('Upper end of that interval.'),
  measured: z
    .boolean()
    .describe(
      'Whether answers of the LLM were counted. If not, it is the length of those of LLMs like it, with a wider interval.',
    ),
}) satisfies z.ZodType<OutputTokens>

const pairDetailSchema = z.object({
  probability: z.number().describe('Probability that the LLM succeeds on the prompt: the score.'),
  low: z.number().nullable().describe(`Lower end of its interval. ${ofUnknownTraining}`),
  high: z.number().nullable().describe(`Upper end of its interval. ${ofUnknownTraining}`),
  evidence: z
    .number()
    .nullable()
    .describe(`Outcomes of the LLM on training prompts of the same category. ${ofUnknownTraining}`),
  judged_on_this_kind: z
    .boolean()
    .nullable()
    .describe(
      `Whether these are ten or more: else its score rests on other categories. ${ofUnknownTraining}`,
    ),
  standard_error: z
    .number()
    .nullable()
    .describe(
      'Of the logit, without what moves the logits of all LLMs together. That of the difference of the logits of two LLMs is ' +
        `the square root of the sum of their squares. ${ofUnknownTraining}`,
    ),
  output_tokens: z
    .exactOptional(outputTokensSchema)
    .describe(
      'Length of the answer of the LLM, in tokens. Absent if the saved model was trained without the lengths of answers.',
    ),
}) satisfies z.ZodType<PairDetail>

const promptDetailSchema = z.object({
  tokens: z.int().describe('Tokens that the encoder read, the two that it adds included.'),
  truncated: z.boolean().describe('Whether the prompt has more tokens than the encoder reads.'),
  familiarity: z
    .number()
    .nullable()
    .describe(
      `Percentile of this prompt's similarity to the training prompts among held-out prompts: 0 = unlike any, ` +
        `1 = as similar as the closest. ${ofUnknownTraining}`,
    ),
  category: z
    .string()
    .nullable()
    .describe(
      'Category of the training prompts that the prompt is most similar to; null if the saved model names none.',
    ),
}) satisfies z.ZodType<PromptDetail>

export const inferResponseSchema = z.object({
  scores: z
    .record(z.string(), z.array(z.number()))
    .describe('LLM name -> one score per prompt, in the order of the prompts. Higher is better.'),
  details: z
    .exactOptional(z.record(z.string(), z.array(pairDetailSchema)))
    .describe('LLM name -> one detail per prompt. Present if the request asks for `details`.'),
  prompts: z
    .exactOptional(z.array(promptDetailSchema))
    .describe('What is known of each prompt. Present if the request asks for `details`.'),
  resolved_names: z
    .exactOptional(z.record(z.string(), z.string()))
    .describe('Name as asked -> name of the LLM that was scored. Present if one differs from the other.'),
})

export const rootSchema = z.object({
  message: z.literal('LLimit Model Selection API'),
  docs: z.literal('/docs'),
  health: z.literal('/health'),
})

export const readySchema = z.object({
  status: z.enum(['ready', 'not ready']),
  reasons: z.array(z.string()).describe('Why it is not, a sentence each.'),
})

export const healthSchema = z.object({ status: z.literal('healthy'), version: z.string() })

const modelSummarySchema = z.object({
  model: modelName,
  llms: z.array(z.string()).readonly().describe('LLMs it can score. Empty if the saved model is broken.'),
  encoder: z.string().nullable().describe('Name of its encoder. Null if the saved model is broken.'),
  version: z.int().nullable().describe('Its version. Null if the saved model is broken.'),
  sha256: z
    .string()
    .nullable()
    .describe('Of its card.json, which holds the checksums of its files. Null if the saved model is broken.'),
  loaded: z.boolean().describe('Whether it is in memory now.'),
  error: z.exactOptional(z.string()).describe('Why it cannot be used.'),
}) satisfies z.ZodType<ModelSummary>

export const modelListSchema = z.object({ models: z.array(modelSummarySchema) })

export const modelDescriptionSchema = modelSummarySchema.extend({
  card: cardSchema,
}) satisfies z.ZodType<ModelDescription>

export const limitListSchema = z.object({
  limits: z.array(
    z.object({
      name: z.enum(LIMIT_NAMES).describe('What is bounded.'),
      limit: z.int().describe('The most that this process takes, in `unit`.'),
      unit: z.string(),
      setting: z.string().describe('Variable of the environment that sets it.'),
      status: z
        .int()
        .nullable()
        .describe('Status of the answer to what is over it; null if the connection is closed instead.'),
    }),
  ),
})

export const errorSchema = z.object({
  detail: z.string().describe('One sentence for a person.'),
  code: z.enum(ANSWER_CODES).describe('One word for a program.'),
  errors: z
    .exactOptional(z.array(z.object({ path: z.string(), message: z.string() })))
    .describe('The faults field by field, at most 20 of them.'),
})

/** The names that they have in the OpenAPI document. */
export const NAMED_SCHEMAS = {
  // In front of those that name it: a generator that has to come back to one makes its parts twice.
  Json: jsonSchema,
  Card: cardSchema,
  Error: errorSchema,
  Health: healthSchema,
  InferRequest: inferRequestSchema,
  InferResponse: inferResponseSchema,
  LimitList: limitListSchema,
  ModelDescription: modelDescriptionSchema,
  ModelList: modelListSchema,
  ModelSummary: modelSummarySchema,
  OutputTokens: outputTokensSchema,
  PairDetail: pairDetailSchema,
  PromptDetail: promptDetailSchema,
  Ready: readySchema,
  Root: rootSchema,
}

/** LLimit v1 took integers written as strings, floats and booleans too; so do we. */
function asInteger(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'string' && /^\s*[+-]?\d+(\.0*)?\s*$/.test(value)) return Number(value)
  return value
}
