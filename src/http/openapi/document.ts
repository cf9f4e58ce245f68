import type { Limits } from '../../config/limits.js'
import { MODEL_TYPES } from '../../savedModel/names.js'
import { MODEL_NAME_PATTERN } from '../schemas.js'
import { componentSchemas } from './components.js'
import { withLimits } from './limitedSchemas.js'
import {
  MODEL,
  detailedResponse,
  inferRequest,
  inferResponse,
  llmList,
  modelDescription,
  modelSummary,
  resolvedResponse,
} from './examples.js'
import { GATEWAYS, gatewayPaths } from './gatewayPaths.js'
import {
  SCORING_ERRORS,
  jsonContent,
  jsonContents,
  operation,
  pathParameter,
  queryParameter,
  timeoutParameter,
} from './operation.js'
import type { Operation } from './operation.js'
import { LEARNING, outcomesOperation } from './outcomesOperation.js'
import { rankRequest, rankResponse } from './rankExamples.js'
import {
  healthOperation,
  limitsOperation,
  metricsOperation,
  openApiOperation,
  pageOperation,
  readyOperation,
  rootOperation,
  SERVER,
} from './serverOperations.js'

/** The part of OpenAPI 3.1 that this document uses. */
interface OpenApi {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, { get?: Operation; post?: Operation }>
  /** Any one of these suffices; a server without keys wants none. */
  security: Record<string, []>[]
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> }
}

const SCORING = 'Scoring'
const MODELS = 'Saved models'

/** Describes every route, with the limits of this server. */
export function createOpenApi(version: string, limits: Limits): OpenApi {
  return {
    openapi: '3.1.0',
    info: {
      title: 'LLimit Model Selection API',
      version,
      description:
        'Predicts, before anything is sent, how well each of many LLMs will answer a prompt. ' +
        'Every error is JSON with a message (`detail`) and a word for programs (`code`). ' +
        'For a first look there is the [playground](playground).',
    },
    // Wherever the document lies, behind a proxy too.
    servers: [{ url: '.' }],
    tags: [
      { name: SCORING, description: 'Which LLM will answer best?' },
      { name: GATEWAYS, description: 'The same question in the forms in which gateways and routers ask it.' },
      { name: LEARNING, description: 'What came of choices, for later versions of a saved model.' },
      { name: MODELS, description: 'What can score, and which LLMs it knows.' },
      { name: SERVER, description: 'Health and documentation.' },
    ],
    paths: {
      '/infer': { post: inferOperation(limits) },
      '/llms': { get: llmsOperation() },
      '/rank': { post: rankOperation(limits) },
      '/outcomes': { post: outcomesOperation(limits) },
      '/limits': { get: limitsOperation(limits) },
      ...gatewayPaths(limits),
      '/models': { get: modelsOperation() },
      '/models/{type}/{name}': { get: modelOperation() },
      '/health': { get: healthOperation(version) },
      '/ready': { get: readyOperation() },
      '/metrics': { get: metricsOperation() },
      '/': { get: rootOperation() },
      '/openapi.json': { get: openApiOperation() },
      '/playground': {
        get: pageOperation('playground', 'A page that asks /rank, with plots: for a first look'),
      },
      '/docs': { get: pageOperation('docs', 'This document as Swagger UI, to try requests') },
      '/redoc': { get: pageOperation('redoc', 'This document as Redoc, to read') },
    },
    security: [{}, { bearer: [] }, { apiKey: [] }],
    components: {
      schemas: withLimits(componentSchemas(), limits),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A key of `LLIMIT_API_KEYS`.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'The same key.' },
      },
    },
  }
}

function inferOperation(limits: Limits): Operation {
  return operation({
    operationId: 'infer',
    summary: 'Score LLMs on prompts',
    description:
      `A request may have at most ${limits.prompts} prompts of ${limits.promptChars} characters, ` +
      `${limits.llms} LLMs, and ${limits.bodyBytes} bytes in all. Unknown fields are ignored.`,
    tags: [SCORING],
    parameters: [timeoutParameter],
    requestBody: { required: true, content: jsonContent('InferRequest', inferRequest) },
    ok: {
      description:
        'The scores; those of one prompt can be compared with each other, probabilities also between prompts.',
      content: jsonContents('InferResponse', {
        scores: inferResponse,
        details: detailedResponse,
        'resolved names': resolvedResponse,
      }),
    },
    errors: SCORING_ERRORS,
  })
}

function rankOperation(limits: Limits): Operation {
  return operation({
    operationId: 'rank',
    summary: 'Choose an LLM for each prompt',
    description:
      'Exactly one of `prompts`, `prompt` and `messages` is given. The formula of each objective is in docs/rank.md. ' +
      `At most ${limits.prompts} prompts of ${limits.promptChars} characters, and ${limits.llms} candidates.`,
    tags: [SCORING],
    parameters: [timeoutParameter],
    requestBody: { required: true, content: jsonContent('RankRequest', rankRequest) },
    ok: {
      description: 'A choice for each prompt, or the reason why there is none.',
      content: jsonContent('RankResponse', rankResponse),
    },
    errors: SCORING_ERRORS,
  })
}

function llmsOperation(): Operation {
  return operation({
    operationId: 'listLlms',
    summary: 'List the LLMs that a saved model can score',
    tags: [MODELS],
    parameters: [
      queryParameter({
        name: 'model',
        description: 'The saved model; that of `LLIMIT_DEFAULT_MODEL` by default.',
        example: inferRequest.model,
        pattern: MODEL_NAME_PATTERN,
      }),
    ],
    ok: {
      description: 'What is known of each, and how many outcomes the saved model was trained on.',
      content: jsonContent('LlmList', llmList),
    },
    errors: [
      'INVALID_REQUEST',
      'INVALID_MODEL_FORMAT',
      'INVALID_MODEL_TYPE',
      'MODEL_NOT_FOUND',
      'MODEL_BROKEN',
    ],
  })
}

function modelsOperation(): Operation {
  return operation({
    operationId: 'listModels',
    summary: 'List the saved models',
    tags: [MODELS],
    ok: {
      description: 'Every saved model and every older version, also those that are broken.',
      content: jsonContent('ModelList', { models: [modelSummary] }),
    },
  })
}

function modelOperation(): Operation {
  return operation({
    operationId: 'describeModel',
    summary: 'Describe one saved model',
    tags: [MODELS],
    parameters: [
      pathParameter({
        name: 'type',
        description: 'Type of the saved model.',
        example: MODEL.type,
        // No list of values: clients that pass a text on would not compile against it.
        pattern: `^(${MODEL_TYPES.join('|')})$`,
      }),
      pathParameter({
        name: 'name',
        description: 'Name of the saved model, or `<name>@<version>`; a slash within it is sent as %2F.',
        example: MODEL.name,
      }),
    ],
    ok: {
      description: 'The saved model with its card.',
      content: jsonContent('ModelDescription', modelDescription),
    },
    errors: [
      'INVALID_REQUEST',
      'INVALID_MODEL_FORMAT',
      'INVALID_MODEL_TYPE',
      'MODEL_NOT_FOUND',
      'MODEL_BROKEN',
    ],
  })
}
