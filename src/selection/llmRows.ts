import { distance } from 'fastest-levenshtein'

import { LLimitError, quote } from '../errors.js'
import type { LlmRow } from '../numeric/indices.js'

const MAX_SUGGESTIONS = 3
const MAX_NAMES_SHOWN = 20

/** The distance takes time in proportion to the length of the name; no LLM has a longer one. */
const MAX_COMPARED_LENGTH = 80

/**
 * Rows of the LLM embedding for the names of a request, in its order; a name that comes twice counts once. Names match
 * exactly, as in LLimit v1.
 * @throws LLimitError UNKNOWN_LLM naming every unknown name, with the nearest known ones.
 */
export function rowsOfLlms(
  llms: readonly string[],
  model: string,
  known: ReadonlyMap<string, LlmRow>,
): Map<string, LlmRow> {
  const rows = new Map<string, LlmRow>()
  const unknown = new Set<string>()
  for (const llm of llms) {
    const row = known.get(llm)
    if (row === undefined) unknown.add(llm)
    else rows.set(llm, row)
  }
  if (unknown.size > 0) throw unknownLlms([...unknown], llms, model, [...known.keys()])
  return rows
}

function unknownLlms(
  unknown: string[],
  llms: readonly string[],
  model: string,
  known: string[],
): LLimitError {
  const shown = unknown.slice(0, MAX_NAMES_SHOWN)
  const errors = shown.map((name) => {
    const path = `models_to_score[${llms.indexOf(name)}]`
    const suggestions = nearest(name, known).join(', ')
    return {
      path,
      message: `${path}: expected an LLM of ${model}, got ${quote(name)}; nearest known names: ${suggestions}`,
    }
  })
  const more = unknown.length > shown.length ? ` and ${unknown.length - shown.length} more` : ''
  return new LLimitError(
    'UNKNOWN_LLM',
    `The model ${model} does not know these LLMs: ${shown.map(quote).join(', ')}${more}`,
    { errors },
  )
}

function nearest(name: string, known: readonly string[]): string[] {
  const wanted = name.slice(0, MAX_COMPARED_LENGTH).toLowerCase()
  return known
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate)
}
