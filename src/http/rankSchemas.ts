import { z } from 'zod'

import type { PromptRanking } from '../selection/ranking.js'
import { messageSchema, messagesSchema } from './messages.js'
import { OBJECTIVE_SCHEMAS, amount, objectiveSchema, probability } from './objectiveSchemas.js'
import { modelName, nameText, promptText, withAllKeys } from './schemas.js'

/** What `POST /rank` takes and answers. */

const price = amount('dollars for a million tokens').exactOptional()
const COUNT = 'expected an integer, 0 or more'
const count = z.int(COUNT).min(0, COUNT)

const candidate = z
  .object(
    {
      name: nameText.describe('As any provider writes it.'),
      input_price: price.describe('Dollars for a million tokens of the prompt.'),
      output_price: price.describe('Dollars for a million tokens of the answer.'),
      context_limit: count.exactOptional().describe('Tokens of prompt and answer together that it takes.'),
      output_tokens: count.exactOptional().describe('Tokens of its answer, in place of those for all.'),
    },
    'expected a name, or an object with a name',
  )
  .refine(
    ({ input_price, output_price }) => (input_price === undefined) === (output_price === undefined),
    'expected input_price and output_price, or neither',
  )
  .meta({ dependentRequired: { input_price: ['output_price'], output_price: ['input_price'] } })

export const rankRequestSchema = z.object(
  {
    model: modelName.exactOptional(),
    prompts: z
      .array(promptText, 'expected an array of strings')
      .min(1, 'expected at least one prompt')
      .exactOptional(),
    prompt: promptText.exactOptional(),
    messages: messagesSchema
      .exactOptional()
      .describe('A chat: its last user message is read; all messages are priced.'),
    candidates: z
      .array(z.union([nameText, candidate], 'expected a name, or an object with a name'), 'expected an array')
      .min(1, 'expected at least one candidate')
      .exactOptional()
      .describe(
        'LLMs to choose from, by any names; all that the saved model knows by default, or for `*` alone.',
      ),
    exact_names: z
      .boolean('expected true or false')
      .default(false)
      .describe('Whether a name that the saved model does not have as it stands is an error.'),
    output_tokens: count
      .exactOptional()
      .describe(
        'Tokens of an answer. Without it, those that the saved model expects; if it knows no lengths, costs are unknown.',
      ),
    objective: objectiveSchema,
    current: z
      .object(
        {
          llm: nameText,
          switch_margin: amount('a utility')
            .prefault(0)
            .describe('Utility that a less probable LLM must have more.'),
        },
        'expected an object with llm',
      )
      .exactOptional()
      .describe('The LLM in use, which is left for a less probable one only where that pays.'),
    abstain: z
      .boolean('expected true or false')
      .default(true)
      .describe(
        'Whether to choose none where the prompt is less familiar, or the LLM less judged, than the card asks for.',
      ),
    fallback: nameText.exactOptional().describe('Named as the fallback where there is no choice.'),
    outcomes: withAllKeys(z.record(z.string(), probability, 'expected an object of scores by LLM'))
      .prefault({})
      .describe(
        'LLM -> score of an attempt on this prompt: 0 failed, 1 succeeded. The others are conditioned on it.',
      ),
    top: z
      .int('expected an integer, 1 or more')
      .min(1, 'expected an integer, 1 or more')
      .exactOptional()
      .describe('Entries of `ranked`; all by default.'),
    explain: z
      .boolean('expected true or false')
      .default(false)
      .describe('Whether to say what the probabilities of the first LLMs of `ranked` rest on.'),
  },
  'expected a JSON object',
)

const unknown = 'Null: unknown.'
const rankedSchema = z.object({
  llm: z.string(),
  probability: z.number().describe('That the LLM succeeds, given the outcomes of the request.'),
  low: z.number().nullable().describe('Lower end of its interval.'),
  high: z.number().nullable().describe('Upper end of its interval.'),
  evidence: z.number().nullable().describe('Outcomes of the LLM on training prompts of the same category.'),
  input_tokens: z
    .int()
    .describe('Estimated tokens of what is sent to an LLM, by which the prompt is priced.'),
  output_tokens: z.number().nullable().describe(unknown),
  input_price: z.number().nullable().describe(`Dollars for a million tokens of the prompt. ${unknown}`),
  output_price: z.number().nullable().describe(`Dollars for a million tokens of the answer. ${unknown}`),
  price_source: z
    .enum(['request', 'file', 'table'])
    .nullable()
    .describe(
      'Where the prices come from: the request, the file of `LLIMIT_PRICES`, the table that is shipped.',
    ),
  listed_as: z
    .string()
    .nullable()
    .describe('Provider and name under which a file or the table lists the prices.'),
  cost: z.number().nullable().describe(`Dollars. ${unknown}`),
  utility: z.number().nullable().describe('By the objective. Null: it may not be chosen.'),
})

const groupOf = (features: string) => z.number().describe(`Of the features ${features}.`)
const contributionsSchema = z
  .object({
    average: z
      .number()
      .describe(
        'Logit at the average prompt: the mean of the training regions, numeric features at their mean, no other feature.',
      ),
    embedding: z.number().describe('Of what the prompt means.'),
    length: groupOf('of length and of words that come again'),
    structure: groupOf('of questions, parts and brackets'),
    subject: groupOf('of fields of knowledge'),
    tone: groupOf('of tone'),
    task: groupOf('of what is to be done'),
    format: groupOf('of the form of the answer'),
    familiarity: z.number().describe('Of the level that unfamiliar prompts are given.'),
    outcomes: z.number().describe('Of the outcomes in the request.'),
    logit: z.number().describe('Of the probability: the sum of all the above.'),
  })
  .describe('Shapley values: what each part adds to the logit, on average over all orders of the parts.')

const explanationSchema = z.object({
  kinds: z
    .array(
      z.object({
        category: z.string(),
        similarity: z.number().describe('Cosine of the prompt to the nearest of its regions.'),
        outcomes: z
          .record(z.string(), z.number())
          .describe('LLM -> outcomes on it that the saved model was trained on.'),
        success_rate: z
          .record(z.string(), z.number())
          .exactOptional()
          .describe(
            'LLM -> their mean score, of LLMs with outcomes on it. Absent if the saved model was made before it was kept.',
          ),
      }),
    )
    .describe('Categories of training prompts, the most similar first.'),
  contributions: z.record(z.string(), contributionsSchema).describe('LLM -> what moves its logit.'),
})

const promptRankingSchema = z.object({
  choice: z.string().nullable().describe('The LLM to send the prompt to. Null: there is none.'),
  reason: z.string().describe('One sentence for a person.'),
  abstained: z.boolean().describe('Whether there is no choice.'),
  abstained_reason: z
    .enum(['objective', 'familiarity', 'evidence'])
    .nullable()
    .describe(
      'Why: the objective has none; the prompt is too unfamiliar, or the LLM too little judged, to believe in one.',
    ),
  fallback: z
    .string()
    .nullable()
    .describe('What to take if there is no choice: as the request says, or the LLM in use, or a safe one.'),
  ranked: z.array(rankedSchema).describe('By falling utility.'),
  excluded: z
    .object({
      unknown_cost: z.array(z.string()),
      over_context_limit: z.array(z.string()),
      tried: z.array(z.string()),
    })
    .describe('Candidates that could not be chosen, by the reason.'),
  pareto: z.array(z.string()).describe('LLMs that no other beats in probability and cost, by rising cost.'),
  margin: z.number().nullable().describe('Utility of the choice less the greatest of the others.'),
  input_tokens: z
    .int()
    .describe('Estimated tokens of what is sent to an LLM, by which the prompt is priced.'),
  tokens: z.int().describe('Tokens that the encoder read.'),
  truncated: z.boolean(),
  familiarity: z.number().nullable(),
  explanation: explanationSchema
    .exactOptional()
    .describe('Of the first 10 LLMs of `ranked`, if the request asks for it.'),
}) satisfies z.ZodType<PromptRanking>

export const rankResponseSchema = z.object({
  prompts: z.array(promptRankingSchema).describe('One for each prompt, in order.'),
  resolved_names: z
    .record(z.string(), z.string())
    .describe('Name as asked -> name of the LLM that it was resolved to, where one differs from the other.'),
  unknown: z.array(z.string()).describe('Candidates that the saved model does not know; they were left out.'),
  suggestions: z
    .record(z.string(), z.array(z.string()).readonly())
    .describe('Unknown name -> known ones that may have been meant; of at most 20 names.'),
  model: modelName.describe('The saved model that answered, with its version.'),
  prices_as_of: z
    .object({ table: z.exactOptional(z.string()), file: z.exactOptional(z.string()) })
    .describe(
      'Days of the prices: of the table that is shipped, and of the file of `LLIMIT_PRICES` if there is one.',
    ),
  spending: z
    .exactOptional(z.object({ cost: z.number(), successes: z.number(), bound: z.number() }))
    .describe('Expected cost and successes of a budget, and what no choice within it exceeds.'),
  read: z.enum(['prompts', 'prompt', 'last user message']).describe('What of the request was scored.'),
})

/** The names that they have in the OpenAPI document. */
export const RANK_SCHEMAS = {
  ...OBJECTIVE_SCHEMAS,
  Candidate: candidate,
  Message: messageSchema,
  RankedLlm: rankedSchema,
  PromptRanking: promptRankingSchema,
  RankRequest: rankRequestSchema,
  RankResponse: rankResponseSchema,
}
