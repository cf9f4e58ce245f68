import { quote } from '../../errors.js'
import { typeName } from './pickle/values.js'
import type { PyValue } from './pickle/values.js'

/** As messages show a shape: `[256, 461]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

/** A short description of any value for a message: numbers and texts themselves, else the type. */
export function describePyValue(value: PyValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (typeof value === 'string') return quote(value)
  return value === null ? 'None' : `a ${typeName(value)}`
}

const MAX_LISTED = 10

/** Joins what is wrong into one message that stays readable. */
export function listFaults(faults: readonly string[]): string {
  const more = faults.length - MAX_LISTED
  return faults.slice(0, MAX_LISTED).join('; ') + (more > 0 ? `; and ${more} more` : '')
}
