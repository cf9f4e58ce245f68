import type { Random } from '../../src/numeric/random.js'
import { below, oneOf } from './mutateBytes.js'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Brackets that take a careless reader's stack, as a text that stands for them: JSON.stringify would be the first to fail. */
const DEEP = 'very deep'
const DEEP_TEXT = /(?<!\\)"very deep"/
const DEPTHS = [5000, 100_000]
const MAX_CHANGES = 3

/** Where a value is: the keys and indices that lead to it. */
type Path = readonly (string | number)[]

/** The text of a changed JSON value, still JSON: values of other types and sizes, keys that are gone, renamed or new. */
export function mutateJson(value: Json, random: Random): string {
  let changed = structuredClone(value)
  const count = 1 + below(MAX_CHANGES, random)
  for (let i = 0; i < count; i++) {
    const paths = pathsIn(changed)
    changed = replaced(changed, oneOf(paths, random), (old) => otherValue(old, changed, paths, random))
  }
  const depth = oneOf(DEPTHS, random)
  // Not within a text that has quotes itself.
  return JSON.stringify(changed).replace(DEEP_TEXT, '['.repeat(depth) + ']'.repeat(depth))
}

/** Paths of the value itself and of all inside it. */
function pathsIn(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length > 64) return [path]
  const inner = Array.isArray(value)
    ? value.flatMap((one, i) => pathsIn(one, [...path, i]))
    : Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...path, key]))
  return [path, ...inner]
}

function valueAtPath(value: Json, path: Path): Json {
  return path.reduce<Json>((inside, key) => (inside as Record<string, Json>)[key] ?? null, value)
}

function replaced(value: Json, path: Path, replace: (old: Json) => Json | undefined): Json {
  const [key, ...rest] = path
  if (key === undefined) return replace(value) ?? null
  const inside = value as Record<string, Json>
  if (rest.length > 0) {
    inside[key] = replaced(inside[key] ?? null, rest, replace)
    return value
  }
  const next = replace(inside[key] ?? null)
  if (next !== undefined) inside[key] = next
  else if (Array.isArray(value)) value.splice(Number(key), 1)
  else Reflect.deleteProperty(inside, key)
  return value
}

/** What stands in place of a value; undefined: nothing. */
function otherValue(old: Json, whole: Json, paths: readonly Path[], random: Random): Json | undefined {
  switch (below(6, random)) {
    case 0:
      return undefined
    case 1:
      return oneOf(SIMPLE, random)
    case 2:
      return structuredClone(valueAtPath(whole, oneOf(paths, random)))
    case 3:
      return reshaped(old, random)
    case 4:
      return typeof old === 'number' ? oneOf(NUMBERS, random) : nearby(old, random)
    default:
      return nearby(old, random)
  }
}

const NUMBERS = [
  0,
  -0,
  -1,
  1,
  2,
  0.5,
  255,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  1e15,
  1e308,
  -1e308,
  5e-324,
]
const SIMPLE: Json[] = [
  null,
  true,
  false,
  '',
  'x',
  '../../x',
  '__proto__',
  '\ud800',
  'é'.repeat(3000),
  [],
  {},
  ...NUMBERS,
]

/** Of the same type, slightly off. */
function nearby(old: Json, random: Random): Json {
  if (typeof old === 'number') return old + oneOf([-1, 1, 0.5, 1000], random)
  if (typeof old === 'boolean') return !old
  if (typeof old === 'string') {
    const i = below(old.length + 1, random)
    return (
      old.slice(0, i) + oneOf(['', 'x', '\u0000', '/', '"', '9'], random) + old.slice(i + below(2, random))
    )
  }
  if (old === null) return 0
  if (Array.isArray(old)) return [...old, ...old.slice(below(old.length + 1, random))]
  const [key] = Object.keys(old)
  const renamed = oneOf(['constructor', '__proto__', 'toString', 'type', 'x'], random)
  // Defined, so that __proto__ is a key as it is in JSON.
  const changed = { ...old }
  Object.defineProperty(changed, renamed, {
    value: old[key ?? ''] ?? 1,
    enumerable: true,
    configurable: true,
    writable: true,
  })
  return changed
}

/** In another form: in a list, as text, very often, very deep. */
function reshaped(old: Json, random: Random): Json {
  switch (below(5, random)) {
    case 0:
      return [old]
    case 1:
      return JSON.stringify(old).slice(0, 1000)
    case 2:
      return { value: old }
    case 3: {
      const small = JSON.stringify(old).length < 200 ? old : 0
      return Array.from({ length: oneOf([10, 1000], random) }, () => small)
    }
    default:
      return DEEP
  }
}
