import { ownForm } from '../errors.js'
import type { ErrorForm } from '../errors.js'
import { TIMEOUT_HEADER } from '../requestSignal.js'
import { schemaRef } from './components.js'
import type { Reference, SchemaName } from './components.js'
import { errorDetails } from './examples.js'
import type { AnswerCode } from '../../errors.js'

interface MediaType {
  schema: Reference | { type: 'string' } | { type: 'object'; additionalProperties: true }
  example?: unknown
  examples?: Record<string, { value: unknown }>
}

interface Response {
  description: string
  headers?: Record<string, { description: string; schema: { type: 'integer' | 'string' } }>
  content: Record<string, MediaType>
}

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description: string
  schema: { type: 'string'; pattern?: string } | { type: 'integer'; minimum: number }
  example?: string
}

export interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  security?: []
  parameters?: Parameter[]
  requestBody?: { required: true; content: Record<string, MediaType> }
  responses: Record<string, Response>
}

/** Of a route that scores prompts. */
export const SCORING_ERRORS: AnswerCode[] = [
  'INVALID_JSON',
  'INVALID_REQUEST',
  'INVALID_MODEL_FORMAT',
  'INVALID_MODEL_TYPE',
  'UNKNOWN_LLM',
  'MODEL_NOT_FOUND',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'OVERLOADED',
  'MODEL_BROKEN',
  'ENGINE_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
]

type Described = Omit<Operation, 'responses'> & {
  ok: Response
  errors?: AnswerCode[]
  /** How clients of the route are told of errors; as everywhere by default. */
  errorForm?: DocumentedForm
  /** Whether it never wants a key, as probes have none. */
  isOpen?: boolean
}

/** A form of errors with the schema of its bodies. */
interface DocumentedForm extends ErrorForm {
  schema: SchemaName
}

const everywhere: DocumentedForm = { ...ownForm, schema: 'Error' }

const retryAfter = { description: 'Seconds after which to try again.', schema: { type: 'integer' } } as const

const UNAUTHORIZED: AnswerCode[] = ['UNAUTHORIZED']

const authenticate = { description: 'What a key is sent as.', schema: { type: 'string' } } as const

/** What the server answers before it looks at the path. */
const BEFORE_ANY_ROUTE: Record<string, Response> = {
  408: early(
    'The request takes too long to arrive.',
    'INVALID_REQUEST',
    'The request took too long to arrive',
  ),
  417: early('The header Expect is not 100-continue.', 'EXPECTATION_FAILED', errorDetails.EXPECTATION_FAILED),
  431: early(
    'The header is too large, or has too many fields.',
    'TOO_LARGE',
    'The request headers are too large',
  ),
}

function early(description: string, code: AnswerCode, detail: string): Response {
  return { description, content: jsonContent('Error', { detail, code }) }
}

/** An operation with its answer and its errors; the errors that every route has need no mention. */
export function operation({
  ok,
  errors = [],
  errorForm = everywhere,
  isOpen = false,
  ...rest
}: Described): Operation {
  const all: AnswerCode[] = [...errors, ...(isOpen ? [] : UNAUTHORIZED), 'METHOD_NOT_ALLOWED', 'INTERNAL']
  const responses = { 200: ok, ...errorResponses(all, errorForm), ...BEFORE_ANY_ROUTE }
  return { ...rest, ...(isOpen && { security: [] }), responses }
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

/** What a text of a path or a query is. */
interface TextParameter {
  name: string
  description: string
  example: string
  pattern?: string
}

export function pathParameter(text: TextParameter): Parameter {
  return { ...textParameter(text), in: 'path', required: true }
}

export function queryParameter(text: TextParameter): Parameter {
  return { ...textParameter(text), in: 'query', required: false }
}

function textParameter({ name, description, example, pattern }: TextParameter) {
  const schema = { type: 'string', ...(pattern !== undefined && { pattern }) } as const
  return { name, description, schema, example }
}

/** Of a route that scores prompts. */
export const timeoutParameter: Parameter = {
  name: TIMEOUT_HEADER,
  in: 'header',
  required: false,
  description: 'Milliseconds after which the client wants no answer any more, up to `LLIMIT_TIMEOUT_S`.',
  schema: { type: 'integer', minimum: 1 },
}

/** One response per status, with an example of each code that has it. */
function errorResponses(codes: AnswerCode[], form: DocumentedForm): Record<string, Response> {
  const statuses = [...new Set(codes.map((code) => form.status[code]))]
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      errorResponse(
        codes.filter((code) => form.status[code] === status),
        form,
      ),
    ]),
  )
}

function errorResponse(codes: AnswerCode[], { body, schema }: DocumentedForm): Response {
  const examples = codes.map((code) => {
    const value = body({ message: errorDetails[code], errors: [] }, code)
    return [code, { value }] as const
  })
  return {
    description: codes.join(', '),
    ...(codes.includes('OVERLOADED') && { headers: { 'Retry-After': retryAfter } }),
    ...(codes.includes('UNAUTHORIZED') && { headers: { 'WWW-Authenticate': authenticate } }),
    content: { 'application/json': { schema: schemaRef(schema), examples: Object.fromEntries(examples) } },
  }
}
