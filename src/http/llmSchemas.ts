import { z } from 'zod'

import { entrySchema } from '../catalogue/catalogue.js'
import type { PriceDescription } from '../selection/llmPrices.js'
import type { LlmDescription, LlmList } from '../selection/requests.js'
import { modelName } from './schemas.js'

/** What `GET /llms` answers. */

const priceSchema = z.object({
  input_price: z.number().describe('Dollars for a million tokens of the prompt.'),
  output_price: z.number().describe('Dollars for a million tokens of the answer.'),
  tiers: z
    .exactOptional(
      z.array(z.object({ above: z.int(), input_price: z.number(), output_price: z.number() })).readonly(),
    )
    .describe('Prices of prompts of more than `above` tokens, for all tokens.'),
  source: z.enum(['file', 'table']).describe('The file of `LLIMIT_PRICES`, or the table that is shipped.'),
  listed_as: z.string().describe('Provider and name under which it is listed.'),
  as_of: z.string().describe('Day of the price.'),
}) satisfies z.ZodType<PriceDescription>

const llmDescriptionSchema = z.object({
  ...entrySchema.shape,
  price: z
    .exactOptional(priceSchema)
    .describe('What it costs at its maker, or at a usual provider. Absent: unknown.'),
  outcomes: z
    .int()
    .nullable()
    .describe('Outcomes of the LLM that the saved model was trained on. Null if it does not say.'),
}) satisfies z.ZodType<LlmDescription>

export const llmListSchema = z.object({
  model: modelName,
  version: z.int().describe('Version of the saved model.'),
  llms: z.array(llmDescriptionSchema).readonly(),
}) satisfies z.ZodType<LlmList>

/** The names that they have in the OpenAPI document. */
export const LLM_SCHEMAS = { LlmDescription: llmDescriptionSchema, LlmList: llmListSchema }
