import { valueAt } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { AskedNames } from './askedNames.js'
import type { KnownNames } from './askedNames.js'

/** The LLMs of a request, by the names that it uses. */
interface AskedLlms {
  /** Name as asked -> row, in the order of the request; a name that comes twice counts once. */
  rows: Map<string, LlmRow>
  /** Name as asked -> name that the saved model has, for the names that it does not have itself. */
  resolved: ReadonlyMap<string, string>
}

/**
 * Finds the rows of the LLM embedding for the names of a request.
 * @throws LLimitError UNKNOWN_LLM naming every unknown name, with the nearest known ones.
 */
export function rowsOfLlms(asked: readonly string[], known: KnownNames): AskedLlms {
  const names = new AskedNames(known)
  if (names.isAll(asked)) return { rows: new Map(known.rows), resolved: names.resolved }
  const rows = new Map<string, LlmRow>()
  const unknown = new Set<string>()
  for (const llm of asked) {
    if (rows.has(llm) || unknown.has(llm)) continue
    const name = names.find(llm)
    if (name === undefined) unknown.add(llm)
    else rows.set(llm, valueAt(known.rows, name))
  }
  if (unknown.size > 0) {
    const inOrder = [...unknown].map((llm) => ({ llm, path: `models_to_score[${asked.indexOf(llm)}]` }))
    throw names.unknownLlms(inOrder)
  }
  return { rows, resolved: names.resolved }
}
