import { valueAt } from '../numeric/at.js'
import { llmRow, rowsByName } from '../numeric/indices.js'
import type { LlmRow } from '../numeric/indices.js'
import { filterJudgments } from './filterJudgments.js'
import type { JudgedData } from './outcomes.js'

/** The data without what it says of other LLMs than those of `kept`; all prompts stay. */
export function filterLlms<D extends JudgedData>(data: D, kept: ReadonlySet<string>): D {
  const llms = data.outcomes.llms.filter((name) => kept.has(name))
  const rows = rowsByName(llms)
  /** Row before -> row now, of the LLMs that stay. */
  const newRows = new Map<LlmRow, LlmRow>()
  data.outcomes.llms.forEach((name, row) => {
    const newRow = rows.get(name)
    if (newRow !== undefined) newRows.set(llmRow(row), newRow)
  })
  const filtered = filterJudgments(data, (llm) => newRows.has(llm))
  const renumber = (old: Int32Array) => old.map((llm) => valueAt(newRows, llmRow(llm)))
  const { outcomes, comparisons } = filtered
  return {
    ...filtered,
    outcomes: { ...outcomes, llms, llm: renumber(outcomes.llm) },
    comparisons: { ...comparisons, a: renumber(comparisons.a), b: renumber(comparisons.b) },
  }
}
