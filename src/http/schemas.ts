import { z } from 'zod'

import { cardSchema } from '../card.js'
import { ANSWER_CODES } from '../errors.js'
import { BATCH_SIZE } from '../selection/requests.js'
import type { ModelDescription, ModelSummary, PairDetail, PromptDetail } from '../selection/requests.js'

/**
 * What goes over the wire. Requests are validated with these schemas and the OpenAPI document is generated from them.
 * The text of an error continues the name of the field: "batch_size must be …".
 */

const BATCH_ERROR = `must be a whole number from ${BATCH_SIZE.min} to ${BATCH_SIZE.max}`

const unpairedSurrogate = /\p{Surrogate}/u

const text = z.string('must be a string')
const modelName = text.describe('Saved model, as `<type>/<name>` or `<type>/<name>@<version>`.')

const prompt = text.refine((value) => !unpairedSurrogate.test(value), 'must not have an unpaired surrogate')

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
      .array(text, 'must be an array of strings')
      .describe('Names of the LLMs to score. A name given twice is answered once.'),
    prompts: z
      .array(prompt, 'must be an array of strings')
      .min(1, 'must hold at least one prompt')
      .describe('The prompts to score each LLM on.'),
    batch_size: batchSize,
    details: z
      .boolean('must be true or false')
      .default(false)
      .describe(
        'Whether to answer, beside the scores, what is known of them. For saved models whose scores are probabilities.',
      ),
  },
  'must be a JSON object',
)

const ofUnknownTraining = 'Null where the saved model does not say what it was trained on.'

export const pairDetailSchema = z.object({
  probability: z.number().describe('Probability that the LLM succeeds on the prompt: the score.'),
  low: z.number().nullable().describe(`Lower end of its interval. ${ofUnknownTraining}`),
  high: z.number().nullable().describe(`Upper end of its interval. ${ofUnknownTraining}`),
  evidence: z
    .number()
    .nullable()
    .describe(`Outcomes of the LLM on training prompts of the same region. ${ofUnknownTraining}`),
}) satisfies z.ZodType<PairDetail>

export const promptDetailSchema = z.object({
  tokens: z.int().describe('Tokens that the encoder read, the two that it adds included.'),
  truncated: z.boolean().describe('Whether the prompt has more tokens than the encoder reads.'),
  familiarity: z
    .number()
    .nullable()
    .describe(
      `From 0, like no training prompt, to 1: share of held-out prompts no more like them. ${ofUnknownTraining}`,
    ),
}) satisfies z.ZodType<PromptDetail>

export const inferResponseSchema = z.object({
  scores: z
    .record(z.string(), z.array(z.number()))
    .describe('LLM name -> one score per prompt, in the order of the prompts. Higher is better.'),
  details: z
    .exactOptional(z.record(z.string(), z.array(pairDetailSchema)))
    .describe('LLM name -> one detail per prompt. There where the request asks for `details`.'),
  prompts: z
    .exactOptional(z.array(promptDetailSchema))
    .describe('What is known of each prompt. There where the request asks for `details`.'),
})

export const rootSchema = z.object({
  message: z.literal('LLimit Model Selection API'),
  docs: z.literal('/docs'),
  health: z.literal('/health'),
})

export const healthSchema = z.object({ status: z.literal('healthy'), version: z.string() })

export const modelSummarySchema = z.object({
  model: modelName,
  llms: z.array(z.string()).readonly().describe('LLMs it can score. Empty where the saved model is broken.'),
  encoder: z.string().nullable().describe('Name of its encoder. Null where the saved model is broken.'),
  version: z.int().nullable().describe('Its version. Null where the saved model is broken.'),
  sha256: z
    .string()
    .nullable()
    .describe(
      'Of its card.json, which holds the checksums of its files. Null where the saved model is broken.',
    ),
  loaded: z.boolean().describe('Whether it is in memory now.'),
  error: z.exactOptional(z.string()).describe('Why it cannot be used.'),
}) satisfies z.ZodType<ModelSummary>

export const modelListSchema = z.object({ models: z.array(modelSummarySchema) })

export const modelDescriptionSchema = modelSummarySchema.extend({
  card: cardSchema,
}) satisfies z.ZodType<ModelDescription>

export const errorSchema = z.object({
  detail: z.string().describe('One sentence for a person.'),
  code: z.enum(ANSWER_CODES).describe('One word for a program.'),
  errors: z
    .exactOptional(z.array(z.object({ path: z.string(), message: z.string() })))
    .describe('The faults field by field, at most 20 of them.'),
})

/** The original took whole numbers written as strings, floats and booleans too; so do we. */
function asInteger(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'string' && /^\s*[+-]?\d+(\.0*)?\s*$/.test(value)) return Number(value)
  return value
}
