import type { z } from 'zod'

import type { RankAnswer } from '../../selection/ranking.js'
import type { rankRequestSchema, rankResponseSchema } from '../rankSchemas.js'

const STRONG = 'gpt-4o-2024-05-13'
const WEAK = 'llama-3.1-8b-instruct'

/** Works as it stands against the saved model that is shipped. */
export const rankRequest: z.input<typeof rankRequestSchema> = {
  prompt: 'What is Python?',
  candidates: [
    { name: STRONG, input_price: 5, output_price: 15 },
    { name: WEAK, input_price: 0.05, output_price: 0.08 },
  ],
  output_tokens: 300,
  objective: { type: 'value', dollars: 0.01 },
}

/** About what the shipped saved model answers. */
export const rankAnswer: RankAnswer = {
  prompts: [
    {
      choice: STRONG,
      reason: `${STRONG} is worth the most, a success being worth $0.01: 0.799 for $0.00453.`,
      abstained: false,
      abstained_reason: null,
      fallback: null,
      ranked: [
        {
          llm: STRONG,
          probability: 0.7986710667610168,
          low: 0.5316699442642897,
          high: 0.932715395108869,
          evidence: 5,
          input_tokens: 6,
          output_tokens: 300,
          input_price: 5,
          output_price: 15,
          price_source: 'request',
          listed_as: null,
          cost: 0.00453,
          utility: 0.0034567106676101677,
        },
        {
          llm: WEAK,
          probability: 0.34200963377952576,
          low: 0.13413132670935957,
          high: 0.6355754118850282,
          evidence: 77,
          input_tokens: 6,
          output_tokens: 300,
          input_price: 0.05,
          output_price: 0.08,
          price_source: 'request',
          listed_as: null,
          cost: 0.0000243,
          utility: 0.0033957963377952574,
        },
      ],
      excluded: { unknown_cost: [], over_context_limit: [], tried: [] },
      pareto: [WEAK, STRONG],
      margin: 0.00006091432981491021,
      input_tokens: 6,
      tokens: 6,
      truncated: false,
      familiarity: 0.23788752589727064,
    },
  ],
  resolved: new Map(),
  unknown: [],
  suggestions: new Map(),
  model: 'dense_network/default@1',
  prices_as_of: { table: '2026-09-23' },
}

const { resolved, suggestions, ...rest } = rankAnswer

export const rankResponse: z.input<typeof rankResponseSchema> = {
  ...rest,
  resolved_names: Object.fromEntries(resolved),
  suggestions: Object.fromEntries(suggestions),
  read: 'prompt',
}
