import type { Limits } from '../../config/limits.js'
import { limitList } from '../routes/limits.js'
import { jsonContent, operation } from './operation.js'
import type { Operation } from './operation.js'

/** The tag of what is about the server itself. */
export const SERVER = 'Server'

export function healthOperation(version: string): Operation {
  return operation({
    operationId: 'health',
    summary: 'Tell whether the server answers',
    tags: [SERVER],
    isOpen: true,
    ok: {
      description: 'It does, whatever the saved models do.',
      content: jsonContent('Health', { status: 'healthy', version }),
    },
  })
}

export function readyOperation(): Operation {
  const { responses, ...rest } = operation({
    operationId: 'ready',
    summary: 'Tell whether requests are to be sent here',
    tags: [SERVER],
    isOpen: true,
    ok: {
      description:
        'The preloaded saved models are loaded, held to their reference scores and warm, and the threads answer.',
      content: jsonContent('Ready', { status: 'ready', reasons: [] }),
    },
  })
  const reasons = ['The saved model dense_network/default is not ready: it is being loaded']
  const notReady = {
    description: 'They are not, or the server is about to stop. A full queue is no reason.',
    content: jsonContent('Ready', { status: 'not ready', reasons }),
  }
  return { ...rest, responses: { ...responses, 503: notReady } }
}

export function metricsOperation(): Operation {
  return operation({
    operationId: 'metrics',
    summary: 'Metrics for Prometheus',
    tags: [SERVER],
    ok: {
      description: 'The text format of Prometheus, version 0.0.4.',
      content: { 'text/plain': { schema: { type: 'string' } } },
    },
  })
}

export function limitsOperation(limits: Limits): Operation {
  return operation({
    operationId: 'listLimits',
    summary: 'List what bounds requests and connections',
    tags: [SERVER],
    ok: {
      description: 'Each limit with its setting.',
      content: jsonContent('LimitList', limitList(limits)),
    },
  })
}

export function rootOperation(): Operation {
  const example = { message: 'LLimit Model Selection API', docs: '/docs', health: '/health' }
  return operation({
    operationId: 'root',
    summary: 'Name this service',
    tags: [SERVER],
    ok: { description: 'Where to go from here.', content: jsonContent('Root', example) },
  })
}

export function openApiOperation(): Operation {
  return operation({
    operationId: 'openapi',
    summary: 'This document',
    tags: [SERVER],
    ok: {
      description: 'An OpenAPI 3.1 document.',
      content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
    },
  })
}

export function pageOperation(operationId: string, summary: string): Operation {
  return operation({
    operationId,
    summary,
    tags: [SERVER],
    ok: { description: 'A page.', content: { 'text/html': { schema: { type: 'string' } } } },
  })
}
