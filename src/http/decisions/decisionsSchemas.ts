import { z } from 'zod'

import { messagesSchema } from '../messages.js'
import { text } from '../schemas.js'

/** What `POST /v1/decisions` takes and answers, the form of the OpenAI API. */

const MAX_CHOICES = 255
const MAX_QUESTIONS = 400

const name = text.nullish().describe('Comes back in the answer.')
const instructions = z.union(
  [text, z.array(z.looseObject({ type: text }))],
  'expected a string or an array of parts',
)

const CHOICES = `expected 2 to ${MAX_CHOICES} choices`

const choiceQuestion = z.looseObject({
  type: z.literal('choice'),
  name,
  instructions: instructions.describe('Not read: it is always asked which LLM should answer.'),
  choices: z
    .array(z.looseObject({ value: z.union([text, z.boolean()], 'expected a string or a boolean') }), CHOICES)
    .min(2, CHOICES)
    .max(MAX_CHOICES, CHOICES)
    .refine(
      (choices) => new Set(choices.map(({ value }) => value)).size === choices.length,
      'expected each value once',
    )
    .describe(
      'Values, each a tier of `LLIMIT_TIERS` or the name of an LLM. Their descriptions are not read.',
    ),
})

const predicateQuestion = z.looseObject({
  type: z.literal('predicate'),
  name,
  instructions: instructions.describe('Whether an LLM succeeds, such as `Will gpt-4o answer correctly?`.'),
})

/** Of kinds that outcomes say nothing of: they are not answered. */
const otherQuestion = z.looseObject({ type: z.enum(['score', 'box']), name })

const QUESTIONS = `expected 1 to ${MAX_QUESTIONS} questions`

export const decisionsRequestSchema = z.object(
  {
    model: text.describe('A saved model; any other name stands for that of `LLIMIT_DEFAULT_MODEL`.'),
    input: z
      .union([z.string().meta({ minLength: 1 }), messagesSchema], 'expected a string or an array of messages')
      .describe(
        'Text, of which a wrapping by LiteLLM is taken off, or messages, of which the last user message is read.',
      ),
    questions: z
      .array(
        z.discriminatedUnion(
          'type',
          [choiceQuestion, predicateQuestion, otherQuestion],
          'expected an object whose type is choice or predicate',
        ),
        QUESTIONS,
      )
      .min(1, QUESTIONS)
      .max(MAX_QUESTIONS, QUESTIONS),
  },
  'expected a JSON object',
)

const answerName = z.string().nullable()
const value = z.union([z.string(), z.boolean()])

const choiceAnswer = z.object({
  type: z.literal('choice'),
  name: answerName,
  choice: value.describe('By `LLIMIT_OBJECTIVE`.'),
  confidence: z.number().describe('(max p - 1/k) / (1 - 1/k) for k choices.'),
  probabilities: z
    .array(z.object({ value, probability: z.number() }))
    .describe('That the cheapest LLM that succeeds is one of those that the value stands for. The sum is 1.'),
})

const predicateAnswer = z.object({
  type: z.literal('predicate'),
  name: answerName,
  probability: z.number().describe('That the LLM succeeds.'),
})

const rejection = z.object({ type: z.literal('refusal'), name: answerName })

export const decisionsResponseSchema = z.object({
  model: text.describe('The saved model that answered, with its version.'),
  answers: z
    .array(z.discriminatedUnion('type', [choiceAnswer, predicateAnswer, rejection]))
    .describe('One for each question, in order; a `refusal` to what outcomes do not answer.'),
  usage: z.object({
    input_tokens: z.int(),
    input_tokens_details: z.object({ cached_tokens: z.literal(0), cache_write_tokens: z.literal(0) }),
    output_tokens: z.literal(0),
    output_tokens_details: z.object({ reasoning_tokens: z.literal(0) }),
    total_tokens: z.int(),
  }),
})

/** As the OpenAI API tells errors. */
export const openAiErrorSchema = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable().describe('The field at fault, if one is.'),
    code: z.string(),
  }),
})

/** `GET /v1/models` */
export const openAiModelsSchema = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ id: z.string(), object: z.literal('model'), owned_by: z.literal('llimit') })),
})
