import type { z } from 'zod'

import type { PromptRanking, RankAnswer } from '../../selection/ranking.js'
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
export const rankAnswer: RankAnswer & { prompts: PromptRanking[] } = {
  prompts: [
    {
      choice: WEAK,
      reason: `${WEAK} is worth the most, a success being worth $0.01: 0.376 for $0.0000242.`,
      abstained: false,
      abstained_reason: null,
      fallback: null,
      ranked: [
        {
          llm: WEAK,
          probability: 0.37635108828544617,
          low: 0.12931308631107793,
          high: 0.7103152732319804,
          evidence: 429,
          input_tokens: 4,
          output_tokens: 300,
          input_price: 0.05,
          output_price: 0.08,
          price_source: 'request',
          listed_as: null,
          cost: 0.0000242,
          utility: 0.003739310882854462,
        },
        {
          llm: STRONG,
          probability: 0.7231981754302979,
          low: 0.3415725333119732,
          high: 0.9293703479570299,
          evidence: 0,
          input_tokens: 4,
          output_tokens: 300,
          input_price: 5,
          output_price: 15,
          price_source: 'request',
          listed_as: null,
          cost: 0.00452,
          utility: 0.002711981754302979,
        },
      ],
      excluded: { unknown_cost: [], over_context_limit: [], tried: [] },
      pareto: [WEAK, STRONG],
      margin: 0.0010273291285514828,
      input_tokens: 4,
      tokens: 4,
      truncated: false,
      familiarity: 0.1016312843679231,
    },
  ],
  resolved: new Map(),
  unknown: [],
  suggestions: new Map(),
  model: 'dense_network/default@2',
  prices_as_of: { table: '2026-09-23' },
}

const { resolved, suggestions, ...rest } = rankAnswer

export const rankResponse: z.input<typeof rankResponseSchema> = {
  ...rest,
  resolved_names: Object.fromEntries(resolved),
  suggestions: Object.fromEntries(suggestions),
  read: 'prompt',
}
