import { z } from 'zod'

import { jsonSchema } from '../../card.js'
import { text, withAllKeys } from '../schemas.js'
import { stateSchema } from './promptOf.js'

/** What `POST /v1/systemone` takes and answers, the form of TypeSafe's decision models. */

const MAX_LABELS = 255
const MAX_QUESTIONS = 400

/** Of any form: routers write text, other clients structured JSON. */
const anything = jsonSchema.exactOptional()

const LABELS = `expected an object with 1 to ${MAX_LABELS} labels`

function isLabels(labels: unknown): boolean {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return false
  const count = Object.keys(labels).length
  return count >= 1 && count <= MAX_LABELS
}

const systemOneChoiceSchema = z.looseObject({
  type: z.literal('choice'),
  instructions: anything.describe('Not read: it is always asked which LLM should answer.'),
  criteria: z
    // As it came: to look into a hundred labels, or to copy them, takes as long as to score their LLMs.
    .unknown()
    .refine(isLabels, LABELS)
    .transform((labels) => Object.keys(labels as object))
    .meta({
      description:
        'Labels, each a tier of `LLIMIT_TIERS` or the name of an LLM. Their descriptions are not read.',
      type: 'object',
      additionalProperties: {},
      minProperties: 1,
      maxProperties: MAX_LABELS,
    }),
})

const systemOneNoulSchema = z.looseObject({
  type: z.literal('noul'),
  instructions: anything.describe(
    'Whether an LLM succeeds, such as `Will gpt-4o answer correctly?`; it may be left out if the key of the question is the name.',
  ),
  criteria: anything,
})

/** Of kinds that outcomes say nothing of: they are rejected by name. */
const otherQuestion = z.looseObject({ type: z.enum(['score', 'box']) })

const questionSchema = z.discriminatedUnion(
  'type',
  [systemOneChoiceSchema, systemOneNoulSchema, otherQuestion],
  'expected an object whose type is choice or noul',
)

const QUESTIONS = `expected an object with 1 to ${MAX_QUESTIONS} questions`

export const systemOneRequestSchema = z.object(
  {
    model: text.describe('A saved model; any other name stands for that of `LLIMIT_DEFAULT_MODEL`.'),
    state: stateSchema,
    questions: withAllKeys(
      z
        .record(z.string(), questionSchema, QUESTIONS)
        .refine(
          (questions) => Object.keys(questions).length >= 1 && Object.keys(questions).length <= MAX_QUESTIONS,
          QUESTIONS,
        ),
    ).meta({ minProperties: 1, maxProperties: MAX_QUESTIONS }),
  },
  'expected a JSON object',
)

const choiceAnswer = z.object({
  type: z.literal('choice'),
  choice: z.string().describe('By `LLIMIT_OBJECTIVE`.'),
  probabilities: z
    .record(z.string(), z.number())
    .describe('Label -> probability that the cheapest LLM that succeeds is one of its LLMs. The sum is 1.'),
  confidence: z.number().describe('(max p - 1/k) / (1 - 1/k) for k labels.'),
})

const noulAnswer = z.object({
  type: z.literal('noul'),
  noul: z.number().describe('Probability that the LLM succeeds.'),
})

export const systemOneResponseSchema = z.object({
  model: text.describe('The saved model that answered, with its version.'),
  answers: z.record(z.string(), z.discriminatedUnion('type', [choiceAnswer, noulAnswer])),
  usage: z.object({ input_tokens: z.int(), output_tokens: z.literal(0) }),
})

export const systemOneErrorSchema = z.object({
  error: z.object({
    message: z.string(),
    field: z.exactOptional(z.string()).describe('The field at fault, if one is.'),
  }),
})
