import type { z } from 'zod'

import type { LimitName, Limits } from '../config/limits.js'
import { tooLarge } from '../config/limits.js'
import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import type { InferRequest } from '../selection/requests.js'
import { fieldErrors } from '../validation.js'
import { inferRequestSchema } from './schemas.js'

/** A list of a thousand wrong entries is described by its first ones; nobody reads the rest. */
const MAX_FIELD_ERRORS = 20

/** What the service is asked, and in which form. */
interface ParsedRequest extends InferRequest {
  /** Whether what is known of the scores is answered as well. */
  details: boolean
}

/**
 * Validates the body of `POST /infer`.
 * @throws LLimitError TOO_LARGE or INVALID_REQUEST, naming the field, what is expected and what was received.
 */
export function parseInferRequest(body: unknown, limits: Limits): ParsedRequest {
  // Before the schema, which would report every entry of a list however long it is.
  checkLimits(body, limits)
  const parsed = inferRequestSchema.safeParse(body, { reportInput: true })
  if (!parsed.success) throw invalidRequest(parsed.error.issues)
  const { model, models_to_score, exact_names, prompts, batch_size, details } = parsed.data
  return {
    model,
    llms: models_to_score,
    resolveNames: !exact_names,
    prompts,
    batchSize: batch_size,
    details,
  }
}

function checkLimits(body: unknown, limits: Limits): void {
  const prompts = listIn(body, 'prompts')
  checkLimit(limits, 'prompts', 'prompts', prompts.length)
  checkLimit(limits, 'llms', 'models_to_score', listIn(body, 'models_to_score').length)
  checkPrompts(limits, prompts, (p) => `prompts[${p}]`)
}

/** Holds the length of each prompt and of all together to the limits; what is no text the schema rejects. */
export function checkPrompts(
  limits: Limits,
  prompts: readonly unknown[],
  pathOf: (prompt: number) => string,
): void {
  let chars = 0
  for (const [p, prompt] of prompts.entries()) {
    if (typeof prompt !== 'string') continue
    checkLimit(limits, 'promptChars', pathOf(p), prompt.length)
    chars += prompt.length
  }
  checkLimit(limits, 'chars', 'prompts', chars)
}

/** @throws LLimitError TOO_LARGE, naming the field and the setting. */
export function checkLimit(limits: Limits, name: LimitName, path: string, count: number): void {
  if (count > limits[name]) throw tooLarge(name, path, limits[name], count)
}

/** The list in a field of a body that is not validated yet; empty if there is none. */
export function listIn(
  body: unknown,
  field: 'prompts' | 'models_to_score' | 'candidates' | 'messages' | 'outcomes',
): readonly unknown[] {
  if (typeof body !== 'object' || body === null) return []
  const value = (body as Record<string, unknown>)[field]
  return Array.isArray(value) ? value : []
}

/** The keys of an object in such a field; none if there is no object. */
export function keysIn(body: unknown, field: 'outcomes'): readonly string[] {
  if (typeof body !== 'object' || body === null) return []
  const value = (body as Record<string, unknown>)[field]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
}

export function invalidRequest(issues: readonly z.core.$ZodIssue[]): LLimitError {
  const errors = fieldErrors(issues, 'body')
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const message = `Invalid request: ${at(errors, 0).message}${more}`
  return new LLimitError('INVALID_REQUEST', message, { errors: errors.slice(0, MAX_FIELD_ERRORS) })
}

/** A fault of a field that the schema does not see. */
export function invalidField(path: string, problem: string): LLimitError {
  const message = `${path}: ${problem}`
  return new LLimitError('INVALID_REQUEST', `Invalid request: ${message}`, { errors: [{ path, message }] })
}
