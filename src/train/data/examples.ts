import type { JudgedData } from '../../outcomes/outcomes.js'

/** Where an LLM was compared on a prompt and has no outcome of its own there. */
export const NO_TARGET = NaN

/** What a network learns from, prompt by prompt. Shapes: P prompts, W = E + F inputs, n pairs of a prompt and an LLM. */
export interface Examples {
  /** [P, W] embedding, then features. */
  inputs: Float32Array
  width: number
  /** [P] index of each prompt's category; -1 where it has none. */
  category: Int32Array
  /** [P + 1] where the pairs of each prompt begin in `llm` and `target`. */
  firstPair: Int32Array
  /** [n] */
  llm: Int32Array
  /** [n] score in [0, 1], or NO_TARGET. */
  target: Float32Array
  /** [P + 1] where the comparisons of each prompt begin. */
  firstComparison: Int32Array
  /** Index into `llm` and `target`. */
  a: Int32Array
  b: Int32Array
  /** 1: a was better, 0: b was, 0.5: a tie. */
  preference: Float32Array
}

export const promptCount = (examples: Examples): number => examples.category.length

interface PairOfLlms {
  a: number
  b: number
  preference: number
}

/**
 * Puts outcomes and comparisons together, prompt by prompt.
 * @param prompts those to take, as indices into the data; rows of `inputs` follow this order.
 * @param inputs [prompts.length, width]
 * @param category [prompts.length] index of each prompt's category; -1 for none
 */
export function toExamples(
  { outcomes, comparisons }: Pick<JudgedData, 'outcomes' | 'comparisons'>,
  prompts: Int32Array,
  inputs: Float32Array,
  category: Int32Array,
): Examples {
  const judged = groupTargets(outcomes, comparisons)
  const compared = groupComparisons(comparisons)
  const firstPair = [0]
  const llm: number[] = []
  const target: number[] = []
  const firstComparison = [0]
  const pairs: PairOfLlms[] = []
  for (const prompt of prompts) {
    const position = new Map<number, number>()
    for (const [row, score] of judged.get(prompt) ?? []) {
      position.set(row, llm.length)
      llm.push(row)
      target.push(score)
    }
    for (const { a, b, preference } of compared.get(prompt) ?? []) {
      pairs.push({ a: position.get(a) ?? -1, b: position.get(b) ?? -1, preference })
    }
    firstPair.push(llm.length)
    firstComparison.push(pairs.length)
  }
  return {
    inputs,
    width: prompts.length === 0 ? 0 : inputs.length / prompts.length,
    category,
    firstPair: Int32Array.from(firstPair),
    llm: Int32Array.from(llm),
    target: Float32Array.from(target),
    firstComparison: Int32Array.from(firstComparison),
    a: Int32Array.from(pairs, ({ a }) => a),
    b: Int32Array.from(pairs, ({ b }) => b),
    preference: Float32Array.from(pairs, ({ preference }) => preference),
  }
}

/** Prompt -> LLM -> its score; an LLM that was only compared has no target. */
function groupTargets(
  outcomes: JudgedData['outcomes'],
  comparisons: JudgedData['comparisons'],
): Map<number, Map<number, number>> {
  const groups = new Map<number, Map<number, number>>()
  const groupOf = (prompt: number) => {
    const group = groups.get(prompt) ?? new Map<number, number>()
    groups.set(prompt, group)
    return group
  }
  outcomes.prompt.forEach((prompt, i) => groupOf(prompt).set(outcomes.llm[i] ?? 0, outcomes.score[i] ?? 0))
  comparisons.prompt.forEach((prompt, i) => {
    const group = groupOf(prompt)
    for (const llm of [comparisons.a[i] ?? 0, comparisons.b[i] ?? 0])
      group.set(llm, group.get(llm) ?? NO_TARGET)
  })
  return groups
}

function groupComparisons(comparisons: JudgedData['comparisons']): Map<number, PairOfLlms[]> {
  const groups = new Map<number, PairOfLlms[]>()
  comparisons.prompt.forEach((prompt, i) => {
    const group = groups.get(prompt) ?? []
    group.push({
      a: comparisons.a[i] ?? 0,
      b: comparisons.b[i] ?? 0,
      preference: comparisons.preference[i] ?? 0.5,
    })
    groups.set(prompt, group)
  })
  return groups
}
