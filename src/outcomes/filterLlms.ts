import { at, valueAt } from '../numeric/at.js'
import { llmRow, rowsByName } from '../numeric/indices.js'
import type { LlmRow } from '../numeric/indices.js'
import type { JudgedData } from './outcomes.js'

/** The data without what it says of other LLMs than those of `kept`; all prompts stay. */
export function filterLlms<D extends JudgedData>(data: D, kept: ReadonlySet<string>): D {
  const { outcomes, comparisons } = data
  const llms = outcomes.llms.filter((name) => kept.has(name))
  const rows = rowsByName(llms)
  /** Row before -> row now, of the LLMs that stay. */
  const newRows = new Map<LlmRow, LlmRow>()
  outcomes.llms.forEach((name, row) => {
    const newRow = rows.get(name)
    if (newRow !== undefined) newRows.set(llmRow(row), newRow)
  })
  const isKept = (llms: Int32Array, i: number) => newRows.has(llmRow(at(llms, i)))
  const judged = indicesWhere(outcomes.llm.length, (i) => isKept(outcomes.llm, i))
  const compared = indicesWhere(
    comparisons.a.length,
    (i) => isKept(comparisons.a, i) && isKept(comparisons.b, i),
  )
  const renumber = (llms: Int32Array) => llms.map((llm) => valueAt(newRows, llmRow(llm)))
  return {
    ...data,
    outcomes: {
      ...outcomes,
      llms,
      prompt: pick(outcomes.prompt, judged),
      llm: renumber(pick(outcomes.llm, judged)),
      score: Float32Array.from(judged, (i) => at(outcomes.score, i)),
    },
    comparisons: {
      prompt: pick(comparisons.prompt, compared),
      a: renumber(pick(comparisons.a, compared)),
      b: renumber(pick(comparisons.b, compared)),
      preference: Float32Array.from(compared, (i) => at(comparisons.preference, i)),
    },
  }
}

function pick(values: Int32Array, indices: Int32Array): Int32Array {
  return indices.map((i) => at(values, i))
}

function indicesWhere(length: number, isWanted: (i: number) => boolean): Int32Array {
  return Int32Array.from({ length }, (_, i) => i).filter((i) => isWanted(i))
}
