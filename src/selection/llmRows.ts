import type { NameResolver } from '../catalogue/nameResolver.js'
import { LLimitError, quote } from '../errors.js'
import type { LlmRow } from '../numeric/indices.js'

const MAX_NAMES_SHOWN = 20

/** Alone in a request, it stands for every LLM of the saved model. */
const ALL = '*'

/** What a saved model knows. */
interface Known {
  model: string
  /** LLM name -> row of the LLM embedding. */
  rows: ReadonlyMap<string, LlmRow>
  /** Made on first use: a request whose names are exact needs none. */
  resolver: () => NameResolver
  /** Whether names may be resolved; else they match exactly, as in LLimit v1. */
  resolves: boolean
}

/** The LLMs of a request, by the names that it uses. */
interface AskedLlms {
  /** Name as asked -> row, in the order of the request; a name that comes twice counts once. */
  rows: Map<string, LlmRow>
  /** Name as asked -> name that the saved model has, for the names that it does not have itself. */
  resolved: Map<string, string>
}

/**
 * Finds the rows of the LLM embedding for the names of a request.
 * @throws LLimitError UNKNOWN_LLM naming every unknown name, with the nearest known ones.
 */
export function rowsOfLlms(asked: readonly string[], known: Known): AskedLlms {
  const isAll = asked.length === 1 && asked[0] === ALL && !known.rows.has(ALL)
  if (isAll) return { rows: new Map(known.rows), resolved: new Map() }
  const rows = new Map<string, LlmRow>()
  const resolved = new Map<string, string>()
  const unknown = new Set<string>()
  for (const llm of asked) {
    if (rows.has(llm) || unknown.has(llm)) continue
    const exact = known.rows.get(llm)
    const name = exact === undefined && known.resolves ? known.resolver().resolve(llm) : undefined
    const row = exact ?? (name === undefined ? undefined : known.rows.get(name))
    if (row === undefined) unknown.add(llm)
    else rows.set(llm, row)
    if (name !== undefined) resolved.set(llm, name)
  }
  if (unknown.size > 0) throw unknownLlms([...unknown], asked, known)
  return { rows, resolved }
}

function unknownLlms(unknown: string[], asked: readonly string[], { model, resolver }: Known): LLimitError {
  const shown = unknown.slice(0, MAX_NAMES_SHOWN)
  const errors = shown.map((name) => {
    const path = `models_to_score[${asked.indexOf(name)}]`
    const names = resolver().suggest(name).join(', ')
    const suggestions = names === '' ? 'no known name is close' : `nearest known names: ${names}`
    return { path, message: `${path}: expected an LLM of ${model}, got ${quote(name)}; ${suggestions}` }
  })
  const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : ''
  return new LLimitError(
    'UNKNOWN_LLM',
    `The model ${model} does not know these LLMs: ${shown.map(quote).join(', ')}${more}`,
    { errors },
  )
}
