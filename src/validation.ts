import { z } from 'zod'

import { LLimitError, MAX_SHOWN_LENGTH, shorten } from './errors.js'
import type { FieldError } from './errors.js'

/** A value with a thousand faults is told by its first ones; nobody reads the rest. */
const MAX_ISSUES_SHOWN = 5

/** What Zod found, fault by fault: the only place where its issues are put into words. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], root: string): FieldError[] {
  const errors = issues.map((issue) => {
    const path = pathOf(issue.path, root)
    return { path, message: `${path}: ${expectationOf(issue)}${receivedOf(issue)}` }
  })
  // A number that is too large fails two checks with the same words.
  return [...new Map(errors.map((error) => [error.message, error])).values()]
}

/** Zod's own messages begin with what is wrong in general and end in the type of what was received; ours do not. */
function expectationOf({ code, message }: z.core.$ZodIssue): string {
  if (code === 'unrecognized_keys') return message.replace(/^Unrecognized keys?:/, 'expected no field')
  return message
    .replace(/^(?:Invalid|Too) [\w ]+[:.] (?=expected|Expected)/, '')
    .replace(/^Expected/, 'expected')
    .replace(/, received [\w ]+$/, '')
}

/** Shows the value, if the parse reported it. */
function receivedOf(issue: z.core.$ZodIssue): string {
  if (!('input' in issue) || issue.code === 'unrecognized_keys') return ''
  if (issue.code === 'too_big' && typeof issue.input === 'string') return `, got ${issue.input.length}`
  // Of an object that is told by one of its fields, that field is at fault.
  const field = issue.code === 'invalid_union' ? issue.discriminator : undefined
  const isObject = typeof issue.input === 'object' && issue.input !== null
  const value =
    field !== undefined && isObject ? (issue.input as Record<string, unknown>)[field] : issue.input
  return `, got ${describeValue(value)}`
}

/** An integer as people type it: digits alone, so that neither a blank nor `0x50` nor `8e3` passes for a number. */
export function integer(min: number, max: number) {
  return z.string().transform((text, context) => {
    const value = Number(text)
    if (/^[+-]?\d+$/.test(text.trim()) && value >= min && value <= max) return value
    const message = `expected an integer from ${min} to ${max}`
    context.issues.push({ code: 'custom', message, input: text })
    return z.NEVER
  })
}

/** The first issues in one line, for a message. `root` names the value itself, such as `the row`. */
export function describeIssues({ issues }: z.ZodError, root: string): string {
  const messages = fieldErrors(issues, root).map(({ message }) => message)
  const more = messages.length - MAX_ISSUES_SHOWN
  return messages.slice(0, MAX_ISSUES_SHOWN).join('; ') + (more > 0 ? ` (and ${more} more)` : '')
}

/**
 * A row of a file, checked. `where` is its file and line.
 * @throws LLimitError INVALID_FILE with where it is, and for each fault the field, what is expected and what it is.
 */
export function parseRow<S extends z.ZodType>(
  schema: S,
  { value, where }: { value: unknown; where: string },
): z.infer<S> {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new LLimitError('INVALID_FILE', `${where}: ${describeIssues(parsed.error, 'the row')}`)
}

/** A JSON value from outside as a message names it: scalars as JSON, cut; arrays and objects by their kind. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  // Cut before quoting too, or a megabyte would be quoted for eighty characters.
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, MAX_SHOWN_LENGTH)))
  // JSON has no Infinity, but 1e999 is read as one.
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/** `['prompts', 3]` -> `prompts[3]` */
function pathOf(keys: readonly PropertyKey[], root: string): string {
  if (keys.length === 0) return root
  return keys
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${shorten(String(key))}`))
    .join('')
}
