import type { JudgedData } from './outcomes.js'

/**
 * The blocks of LLMs that are joined by prompts they share, directly or by way of others: indices of LLMs, the largest
 * block first. LLMs of two blocks were never measured by the same prompt, so nothing says which is better.
 */
export function blocksOf({
  outcomes,
  comparisons,
}: Pick<JudgedData, 'outcomes' | 'comparisons'>): number[][] {
  const parent = outcomes.llms.map((_, llm) => llm)
  const root = (llm: number): number => {
    let at = llm
    for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
      // Halving the path keeps the trees flat.
      parent[at] = parent[up] ?? up
      at = up
    }
    return at
  }
  const join = (x: number, y: number) => (parent[root(x)] = root(y))

  const judged = new Map<number, number>()
  const see = (prompt: number, llm: number) => {
    join(judged.get(prompt) ?? llm, llm)
    judged.set(prompt, llm)
  }
  outcomes.prompt.forEach((prompt, i) => see(prompt, outcomes.llm[i] ?? 0))
  comparisons.prompt.forEach((prompt, i) => {
    see(prompt, comparisons.a[i] ?? 0)
    see(prompt, comparisons.b[i] ?? 0)
  })
  const blocks = new Map<number, number[]>()
  for (const llm of parent.keys()) blocks.set(root(llm), [...(blocks.get(root(llm)) ?? []), llm])
  return [...blocks.values()].sort((x, y) => y.length - x.length)
}
