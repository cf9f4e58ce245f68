import { z } from 'zod'

import { messagesSchema } from './messages.js'
import { modelName, nameText, promptText } from './schemas.js'

/** What `POST /outcomes` takes and answers. */

const MAX_ID_LENGTH = 128
const SCORE = 'expected a number from 0 to 1'
const COUNT = 'expected an integer, 0 or more'

const outcomeSchema = z.object(
  {
    id: promptText
      .min(1, 'expected at least one character')
      .max(MAX_ID_LENGTH, `expected at most ${MAX_ID_LENGTH} characters`)
      .describe(
        'Of the answer, such as the id of its request: an outcome with an id that is known is not written again.',
      ),
    llm: nameText.describe('The LLM that answered, by any of its names.'),
    score: z
      .number(SCORE)
      .min(0, SCORE)
      .max(1, SCORE)
      .describe(
        '0 for a failure, 1 for a success, or between, by the measure that the saved model was trained with.',
      ),
    prompt: promptText.exactOptional().describe('What it answered.'),
    messages: messagesSchema.exactOptional().describe('Or a chat: its last user message is read.'),
    tokens: z.int(COUNT).min(0, COUNT).exactOptional().describe('Tokens of the answer.'),
  },
  'expected an outcome',
)

export const outcomesRequestSchema = z.object(
  {
    model: modelName.exactOptional(),
    outcomes: z.array(outcomeSchema, 'expected an array of outcomes').min(1, 'expected at least one outcome'),
  },
  'expected a JSON object',
)

export const outcomesResponseSchema = z.object({
  accepted: z.int().describe('Outcomes that were written; they survive a crash.'),
  known: z.int().describe('Outcomes with an id that was known, which were not written again.'),
  resolved_names: z
    .record(z.string(), z.string())
    .describe('The name that the saved model has for each name that it does not have as it stands.'),
})

/** The names that they have in the OpenAPI document. */
export const OUTCOME_SCHEMAS = {
  ReportedOutcome: outcomeSchema,
  OutcomesRequest: outcomesRequestSchema,
  OutcomesResponse: outcomesResponseSchema,
}
