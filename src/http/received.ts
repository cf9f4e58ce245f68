import { LONGEST_SHOWN, shorten } from '../errors.js'

/** Names a JSON value of a client in an error message: scalars as JSON, cut; arrays and objects by their kind. */
export function describeReceived(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  // Cut before quoting too, or a megabyte would be quoted for eighty characters.
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, LONGEST_SHOWN)))
  // JSON has no Infinity, but 1e999 is read as one.
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}
