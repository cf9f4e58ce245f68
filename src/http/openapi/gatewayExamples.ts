import type { z } from 'zod'

import type { classifyRequestSchema, classifyResponseSchema } from '../decisions/classify.js'
import type {
  decisionsRequestSchema,
  decisionsResponseSchema,
  openAiModelsSchema,
} from '../decisions/decisionsSchemas.js'
import type { systemOneRequestSchema, systemOneResponseSchema } from '../decisions/systemOneSchemas.js'
import { inferRequest } from './examples.js'
import { rankAnswer } from './rankExamples.js'

const { model } = rankAnswer
const STRONG = 'gpt-4o-2024-05-13'
const WEAK = 'llama-3.1-8b-instruct'

/** About what the shipped saved model answers. */
const SHARES = { [WEAK]: 0.342, [STRONG]: 0.658 }

export const systemOneRequest: z.input<typeof systemOneRequestSchema> = {
  model: 'llimit',
  state: '\nClassify this message:\nWhat is Python?',
  questions: {
    tier: { type: 'choice', instructions: 'Which LLM?', criteria: { [WEAK]: 'cheap', [STRONG]: 'strong' } },
  },
}

export const systemOneResponse: z.input<typeof systemOneResponseSchema> = {
  model,
  answers: { tier: { type: 'choice', choice: STRONG, probabilities: SHARES, confidence: 0.316 } },
  usage: { input_tokens: 6, output_tokens: 0 },
}

export const decisionsRequest: z.input<typeof decisionsRequestSchema> = {
  model: 'llimit',
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'What is Python?' }] }],
  questions: [
    {
      type: 'choice',
      name: 'best',
      instructions: 'Which LLM should answer?',
      choices: [{ value: WEAK }, { value: STRONG }],
    },
    { type: 'predicate', name: WEAK, instructions: 'Will it answer correctly?' },
  ],
}

export const decisionsResponse: z.input<typeof decisionsResponseSchema> = {
  model,
  answers: [
    {
      type: 'choice',
      name: 'best',
      choice: STRONG,
      confidence: 0.316,
      probabilities: Object.entries(SHARES).map(([value, probability]) => ({ value, probability })),
    },
    { type: 'predicate', name: WEAK, probability: 0.342 },
  ],
  usage: {
    input_tokens: 6,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 6,
  },
}

export const openAiModels: z.input<typeof openAiModelsSchema> = {
  object: 'list',
  data: [{ id: inferRequest.model, object: 'model', owned_by: 'llimit' }],
}

export const classifyRequest: z.input<typeof classifyRequestSchema> = { inputs: 'What is Python?' }

export const classifyResponse: z.input<typeof classifyResponseSchema> = [
  { label: 'SIMPLE', score: 0.342 },
  { label: 'COMPLEX', score: 0.658 },
]
