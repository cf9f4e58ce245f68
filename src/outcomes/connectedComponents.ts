import { at } from '../numeric/at.js'
import { llmRow, promptIndex } from '../numeric/indices.js'
import type { LlmRow, PromptIndex } from '../numeric/indices.js'
import type { JudgedData } from './outcomes.js'

/**
 * The connected components of the graph whose nodes are LLMs and whose edges are prompts that two LLMs share: rows of
 * LLMs, the largest component first. No prompt was judged with LLMs of two components, so nothing says which is better.
 */
export function connectedComponents({
  outcomes,
  comparisons,
}: Pick<JudgedData, 'outcomes' | 'comparisons'>): LlmRow[][] {
  const parent = outcomes.llms.map((_, row) => llmRow(row))
  const rootOf = (llm: LlmRow): LlmRow => {
    let node = llm
    for (let up = at(parent, node); up !== node; up = at(parent, node)) {
      // Halving the path keeps the trees flat.
      parent[node] = at(parent, up)
      node = up
    }
    return node
  }
  const lastJudged = new Map<PromptIndex, LlmRow>()
  const connect = (prompt: PromptIndex, llm: LlmRow) => {
    const other = lastJudged.get(prompt)
    if (other !== undefined) parent[rootOf(other)] = rootOf(llm)
    lastJudged.set(prompt, llm)
  }
  outcomes.prompt.forEach((prompt, i) => connect(promptIndex(prompt), llmRow(at(outcomes.llm, i))))
  comparisons.prompt.forEach((prompt, i) => {
    connect(promptIndex(prompt), llmRow(at(comparisons.a, i)))
    connect(promptIndex(prompt), llmRow(at(comparisons.b, i)))
  })
  const components = new Map<LlmRow, LlmRow[]>()
  outcomes.llms.forEach((_, row) => {
    const root = rootOf(llmRow(row))
    components.set(root, [...(components.get(root) ?? []), llmRow(row)])
  })
  return [...components.values()].sort((x, y) => y.length - x.length)
}
