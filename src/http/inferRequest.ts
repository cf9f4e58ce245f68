import type { z } from 'zod'

import type { Limits } from '../config.js'
import { LLimitError } from '../errors.js'
import type { FieldError } from '../errors.js'
import type { InferRequest } from '../selection/requests.js'
import { describeReceived } from './received.js'
import { inferRequestSchema } from './schemas.js'

/** A list of a thousand wrong entries is told by its first; nobody reads the rest. */
const MOST_FIELD_ERRORS = 20

/** What the service is asked, and in which form. */
export interface ParsedRequest extends InferRequest {
  /** Whether what is known of the scores is wanted beside them. */
  details: boolean
}

/**
 * Validates the body of `POST /infer`.
 * @throws LLimitError TOO_LARGE or INVALID_REQUEST, naming the field, what it must be and what was received.
 */
export function parseInferRequest(body: unknown, limits: Limits): ParsedRequest {
  // Before the schema, which would report every entry of a list however long it is.
  checkLimits(body, limits)
  const parsed = inferRequestSchema.safeParse(body, { reportInput: true })
  if (!parsed.success) throw invalidRequest(parsed.error.issues)
  const { model, models_to_score, prompts, batch_size, details } = parsed.data
  return { model, llms: models_to_score, prompts, batchSize: batch_size, details }
}

function checkLimits(body: unknown, limits: Limits): void {
  const prompts = listIn(body, 'prompts')
  checkLimit('prompts', prompts.length, limits.prompts, 'prompts')
  checkLimit('models_to_score', listIn(body, 'models_to_score').length, limits.llms, 'LLMs')
  for (const [i, prompt] of prompts.entries()) {
    if (typeof prompt === 'string') {
      checkLimit(`prompts[${i}]`, prompt.length, limits.promptChars, 'characters')
    }
  }
}

function checkLimit(path: string, received: number, limit: number, unit: string): void {
  if (received <= limit) return
  const message = `${path} may have at most ${limit} ${unit}, received ${received}`
  throw new LLimitError('TOO_LARGE', message, { errors: [{ path, message }] })
}

/** The list in a field of a body that is not validated yet; empty where there is none. */
function listIn(body: unknown, field: 'prompts' | 'models_to_score'): readonly unknown[] {
  if (typeof body !== 'object' || body === null) return []
  const value = (body as Record<string, unknown>)[field]
  return Array.isArray(value) ? value : []
}

function invalidRequest(issues: readonly z.core.$ZodIssue[]): LLimitError {
  const errors = issues.slice(0, MOST_FIELD_ERRORS).map(fieldError)
  const first = errors[0]?.message ?? 'it does not validate'
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return new LLimitError('INVALID_REQUEST', `The request is not valid: ${first}${more}`, { errors })
}

function fieldError(issue: z.core.$ZodIssue): FieldError {
  const path = pathOf(issue.path)
  return { path, message: `${path} ${issue.message}, received ${describeReceived(issue.input)}` }
}

/** `['prompts', 3]` -> `prompts[3]`; the body itself is `body`. */
function pathOf(keys: readonly PropertyKey[]): string {
  if (keys.length === 0) return 'body'
  return keys.map((key) => (typeof key === 'number' ? `[${key}]` : String(key))).join('')
}
