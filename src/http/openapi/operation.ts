import { STATUS } from '../status.js'
import { schemaRef } from './components.js'
import type { Reference, SchemaName } from './components.js'
import { errorDetails } from './examples.js'
import type { AnswerCode } from '../../errors.js'

interface MediaType {
  schema: Reference | { type: 'string' | 'object' }
  example?: unknown
  examples?: Record<string, { value: unknown }>
}

interface Response {
  description: string
  content: Record<string, MediaType>
}

interface Parameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  description: string
  schema: { type: 'string' }
  example: string
}

export interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  parameters?: Parameter[]
  requestBody?: { required: true; content: Record<string, MediaType> }
  responses: Record<string, Response>
}

type Described = Omit<Operation, 'responses'> & { ok: Response; errors?: AnswerCode[] }

/** An operation with its answer and its errors; the errors that every route has need no mention. */
export function operation({ ok, errors = [], ...rest }: Described): Operation {
  const all: AnswerCode[] = [...errors, 'METHOD_NOT_ALLOWED', 'INTERNAL']
  return { ...rest, responses: { 200: ok, ...errorResponses(all) } }
}

export function jsonContent(schema: SchemaName, example: unknown): Record<string, MediaType> {
  return { 'application/json': { schema: schemaRef(schema), example } }
}

/** The same with several examples, each by what it shows. */
export function jsonContents(
  schema: SchemaName,
  examples: Record<string, unknown>,
): Record<string, MediaType> {
  const named = Object.entries(examples).map(([name, value]) => [name, { value }] as const)
  return { 'application/json': { schema: schemaRef(schema), examples: Object.fromEntries(named) } }
}

export function pathParameter(name: string, description: string, example: string): Parameter {
  return { name, in: 'path', required: true, description, schema: { type: 'string' }, example }
}

export function queryParameter(name: string, description: string, example: string): Parameter {
  return { name, in: 'query', required: false, description, schema: { type: 'string' }, example }
}

/** One response per status, with an example of each code that has it. */
function errorResponses(codes: AnswerCode[]): Record<string, Response> {
  const statuses = [...new Set(codes.map((code) => STATUS[code]))]
  return Object.fromEntries(
    statuses.map((status) => [status, errorResponse(codes.filter((code) => STATUS[code] === status))]),
  )
}

function errorResponse(codes: AnswerCode[]): Response {
  const examples = codes.map((code) => [code, { value: { detail: errorDetails[code], code } }] as const)
  return {
    description: codes.join(', '),
    content: { 'application/json': { schema: schemaRef('Error'), examples: Object.fromEntries(examples) } },
  }
}
