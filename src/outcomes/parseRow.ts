import type { z } from 'zod'

import { LLimitError, quote, shorten } from '../errors.js'

/** Faults of a row that are told. */
const FAULTS_SHOWN = 3

/** @throws LLimitError INVALID_REQUEST with where the line is. */
export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LLimitError('INVALID_REQUEST', `${where}: not JSON: ${quote(text)}`, { cause })
  }
}

/** @throws LLimitError INVALID_REQUEST with where the row is, and for each fault the field, what it must be and what it is. */
export function parseRow<S extends z.ZodType>(schema: S, row: unknown, where: string): z.infer<S> {
  const parsed = schema.safeParse(row)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path: field, message }) => {
    const name = field.join('.') || 'the row'
    return `${name}: ${message} (it is ${show(valueAt(row, field))})`
  })
  throw new LLimitError('INVALID_REQUEST', `${where}: ${faults.slice(0, FAULTS_SHOWN).join('; ')}`)
}

function show(value: unknown): string {
  return value === undefined ? 'absent' : shorten(JSON.stringify(value))
}

function valueAt(row: unknown, field: readonly PropertyKey[]): unknown {
  return field.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  }, row)
}
