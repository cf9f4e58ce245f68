import { z } from 'zod'

import { cardSchema } from '../card.js'
import { ERROR_CODES } from '../errors.js'
import { BATCH_SIZE } from '../selection/requests.js'
import type { ModelDescription, ModelSummary } from '../selection/requests.js'

/**
 * What goes over the wire. Requests are validated with these schemas and the OpenAPI document is generated from them.
 * The text of an error continues the name of the field: "batch_size must be …".
 */

const BATCH_ERROR = `must be a whole number from ${BATCH_SIZE.smallest} to ${BATCH_SIZE.largest}`

const unpairedSurrogate = /\p{Surrogate}/u

const text = z.string('must be a string')
const modelName = text.describe('Saved model, as `<type>/<name>`.')

const prompt = text.refine((value) => !unpairedSurrogate.test(value), 'must not have an unpaired surrogate')

const batchSize = z
  .preprocess(
    asInteger,
    z.int(BATCH_ERROR).min(BATCH_SIZE.smallest, BATCH_ERROR).max(BATCH_SIZE.largest, BATCH_ERROR),
  )
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
  },
  'must be a JSON object',
)

export const inferResponseSchema = z.object({
  scores: z
    .record(z.string(), z.array(z.number()))
    .describe('LLM name -> one score per prompt, in the order of the prompts. Higher is better.'),
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
  loaded: z.boolean().describe('Whether it is in memory now.'),
  error: z.exactOptional(z.string()).describe('Why it cannot be used.'),
}) satisfies z.ZodType<ModelSummary>

export const modelListSchema = z.object({ models: z.array(modelSummarySchema) })

export const modelDescriptionSchema = modelSummarySchema.extend({
  card: cardSchema,
}) satisfies z.ZodType<ModelDescription>

export const errorSchema = z.object({
  detail: z.string().describe('One sentence for a person.'),
  code: z.enum(ERROR_CODES).describe('One word for a program.'),
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
