import type { z } from 'zod'

import type { AnswerCode } from '../../errors.js'
import type { LlmList, ModelDescription, ModelSummary } from '../../selection/requests.js'
import { INTERNAL_MESSAGE } from '../errors.js'
import type { inferRequestSchema, inferResponseSchema } from '../schemas.js'

const LLMS = ['gpt-4o-2024-05-13', 'llama-3.1-8b-instruct']

export const MODEL = { type: 'dense_network', name: 'default' }

/** Works as it stands against the saved model that is shipped. */
export const inferRequest: z.input<typeof inferRequestSchema> = {
  model: `${MODEL.type}/${MODEL.name}`,
  models_to_score: LLMS,
  prompts: ['What is Python?', 'Prove that the square root of 2 is irrational.'],
}

export const inferResponse: z.input<typeof inferResponseSchema> = {
  scores: {
    'gpt-4o-2024-05-13': [0.7986710667610168, 0.8933607339859009],
    'llama-3.1-8b-instruct': [0.34200966358184814, 0.6668627858161926],
  },
}

/** The answer to names that the saved model has with a date. */
export const resolvedResponse: z.input<typeof inferResponseSchema> = {
  scores: { 'openai/gpt-4': [0.81], 'gpt-4o-2024-05-13': [0.86] },
  resolved_names: { 'openai/gpt-4': 'gpt-4-0613' },
}

export const llmList: LlmList = {
  model: inferRequest.model,
  version: 1,
  llms: [
    {
      name: 'gpt-4-0613',
      maker: 'OpenAI',
      family: 'gpt',
      released: '2023-06-13',
      context_limit: 8192,
      aliases: ['gpt-4'],
      outcomes: 1281,
    },
  ],
}

const sha256 = (digit: string) => digit.repeat(64)

/** The answer of a saved model whose scores are probabilities, to a request with `details`. */
export const detailedResponse: z.input<typeof inferResponseSchema> = {
  scores: { 'gpt-4o-2024-05-13': [0.91, 0.78] },
  details: {
    'gpt-4o-2024-05-13': [
      {
        probability: 0.91,
        low: 0.84,
        high: 0.95,
        evidence: 61,
        judged_on_this_kind: true,
        standard_error: 0.25,
        output_tokens: { expected: 412.5, median: 371.2, low: 168.3, high: 830.4, measured: true },
      },
      {
        probability: 0.78,
        low: 0.55,
        high: 0.91,
        evidence: 7,
        judged_on_this_kind: false,
        standard_error: 0.3,
        output_tokens: { expected: 655.1, median: 589.8, low: 260.5, high: 1311.6, measured: true },
      },
    ],
  },
  prompts: [
    { tokens: 6, truncated: false, familiarity: 0.83, category: 'computer science' },
    { tokens: 13, truncated: false, familiarity: 0.35, category: 'math' },
  ],
}

export const modelSummary: ModelSummary = {
  model: inferRequest.model,
  llms: LLMS,
  encoder: 'all-MiniLM-L6-v2',
  version: 1,
  sha256: sha256('e'),
  loaded: true,
}

export const modelDescription: ModelDescription = {
  ...modelSummary,
  card: {
    format_version: 1,
    type: 'dense_network',
    version: 1,
    encoder: { name: 'all-MiniLM-L6-v2', dimension: 384, sha256: sha256('a') },
    features: { version: 'v1' },
    llms: LLMS,
    network: {
      hidden: [],
      llm_embedding_dimension: 208,
      activation: { type: 'leaky_relu', slope: 0.1 },
      kinds: 208,
    },
    output: 'probability',
    calibration: { type: 'platt', slope: 1.02, intercept: -0.01 },
    files: { 'model.json': sha256('b'), 'weights.bin': sha256('c') },
    origin: { source: 'outcomes.jsonl.gz', sha256: sha256('d'), description: 'trained on outcomes' },
    reference: {
      prompts: ['What is Python?'],
      llms: LLMS,
      scores: [[0.93], [0.81]],
      tolerance: 0.00001,
    },
  },
}

/** A message of each code. */
export const errorDetails: Record<AnswerCode, string> = {
  UNAUTHORIZED: 'Expected an API key as Authorization: Bearer <key> or X-API-Key: <key>, got none',
  INVALID_JSON: 'The request body is not valid JSON (Unexpected end of JSON input)',
  INVALID_REQUEST: 'Invalid request: batch_size: expected an integer from 1 to 1024, got 2000',
  INVALID_MODEL_FORMAT: "Model must be of the form 'model_type/model_name'",
  INVALID_MODEL_TYPE: 'Invalid model type: foo',
  UNKNOWN_LLM: 'The model dense_network/default does not know these LLMs: "gpt-9"',
  MODEL_NOT_FOUND: 'Model not found: dense_network/default@3; versions of dense_network/default: 1, 2',
  NOT_FOUND: 'Not found: /nope',
  METHOD_NOT_ALLOWED: 'Expected the method GET or HEAD, got PUT',
  TOO_LARGE: 'prompts: expected at most 2048 prompts, got 3000',
  UNSUPPORTED_MEDIA_TYPE: 'Expected the content type application/json, got text/plain',
  EXPECTATION_FAILED: 'Expect: expected 100-continue, got 200-ok',
  OVERLOADED: 'Expected at most 131072 queued tokens, got 140000; try again in 24 s',
  MODEL_BROKEN: 'The saved model dense_network/default cannot be used: The file weights.bin cannot be read',
  ENGINE_UNAVAILABLE: 'The encoder stopped while it held this request; try again',
  DEADLINE_EXCEEDED: 'Expected to answer within 300 s, but the request took longer',
  INTERNAL: INTERNAL_MESSAGE,
}
