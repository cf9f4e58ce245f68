import type { Limits } from '../../config/limits.js'
import { openAiErrors, systemOneErrors } from '../decisions/errorForms.js'
import {
  classifyRequest,
  classifyResponse,
  decisionsRequest,
  decisionsResponse,
  openAiModels,
  systemOneRequest,
  systemOneResponse,
} from './gatewayExamples.js'
import { SCORING_ERRORS, jsonContent, operation, timeoutParameter } from './operation.js'
import type { Operation } from './operation.js'

export const GATEWAYS = 'Gateways'

/** The routes that gateways ask, in the forms that they know from other servers. */
export function gatewayPaths(limits: Limits): Record<string, { get?: Operation; post?: Operation }> {
  const prompt = `The prompt may have ${limits.promptChars} characters.`
  return {
    '/v1/systemone': {
      post: operation({
        operationId: 'systemOne',
        summary: 'Choose an LLM or a tier, as TypeSafe’s decision models do',
        description: `A question that outcomes do not answer rejects the request (422). ${prompt}`,
        tags: [GATEWAYS],
        parameters: [timeoutParameter],
        requestBody: { required: true, content: jsonContent('SystemOneRequest', systemOneRequest) },
        ok: {
          description: 'An answer to each question, by its key.',
          content: jsonContent('SystemOneResponse', systemOneResponse),
        },
        errors: SCORING_ERRORS,
        errorForm: { ...systemOneErrors, schema: 'SystemOneError' },
      }),
    },
    '/v1/decisions': {
      post: operation({
        operationId: 'createDecision',
        summary: 'Choose an LLM or a tier, as the OpenAI API does',
        description: `A question that outcomes do not answer gets a \`refusal\`. ${prompt}`,
        tags: [GATEWAYS],
        parameters: [timeoutParameter],
        requestBody: { required: true, content: jsonContent('DecisionsRequest', decisionsRequest) },
        ok: {
          description: 'An answer to each question, in order.',
          content: jsonContent('DecisionsResponse', decisionsResponse),
        },
        errors: SCORING_ERRORS,
        errorForm: { ...openAiErrors, schema: 'OpenAiError' },
      }),
    },
    '/v1/models': {
      get: operation({
        operationId: 'listOpenAiModels',
        summary: 'List the saved models, as the OpenAI API does',
        tags: [GATEWAYS],
        ok: {
          description: 'Those that can be used.',
          content: jsonContent('OpenAiModels', openAiModels),
        },
        errorForm: { ...openAiErrors, schema: 'OpenAiError' },
      }),
    },
    '/classify': {
      post: operation({
        operationId: 'classify',
        summary: 'Choose a tier, as vLLM Semantic Router asks',
        description: `Wants the file of \`LLIMIT_TIERS\`. ${prompt}`,
        tags: [GATEWAYS],
        parameters: [timeoutParameter],
        requestBody: { required: true, content: jsonContent('ClassifyRequest', classifyRequest) },
        ok: {
          description: 'Each tier once; the one to take has the greatest score.',
          content: jsonContent('ClassifyResponse', classifyResponse),
        },
        errors: [...SCORING_ERRORS, 'NOT_FOUND'],
      }),
    },
  }
}
