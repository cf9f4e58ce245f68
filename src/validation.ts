import type { z } from 'zod'

import { LLimitError, LONGEST_SHOWN, shorten } from './errors.js'
import type { FieldError } from './errors.js'

/** A value with a thousand faults is told by its first ones; nobody reads the rest. */
const MAX_ISSUES_SHOWN = 5

/** What Zod found, field by field: the only place where its issues are put into words. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], root: string): FieldError[] {
  return issues.map((issue) => {
    const path = pathOf(issue.path, root)
    // Zod's own messages end in the type of what was received; ours show the value, where the parse reported it.
    const expectation = issue.message
      .replace(/^Invalid (input|option): /, '')
      .replace(/, received [\w ]+$/, '')
    const got = 'input' in issue ? `, got ${describeValue(issue.input)}` : ''
    return { path, message: `${path}: ${expectation}${got}` }
  })
}

/** The first issues in one line, for a message. `root` names the value itself, such as `the row`. */
export function describeIssues({ issues }: z.ZodError, root: string): string {
  const shown = fieldErrors(issues.slice(0, MAX_ISSUES_SHOWN), root).map(({ message }) => message)
  const more = issues.length - shown.length
  return shown.join('; ') + (more > 0 ? ` (and ${more} more)` : '')
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
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, LONGEST_SHOWN)))
  // JSON has no Infinity, but 1e999 is read as one.
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/** `['prompts', 3]` -> `prompts[3]` */
function pathOf(keys: readonly PropertyKey[], root: string): string {
  if (keys.length === 0) return root
  return keys
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('')
}
