import { at } from '../../numeric/at.js'
import { promptOf } from '../../outcomes/outcomes.js'
import type { JudgedPrompt, Outcomes } from '../../outcomes/outcomes.js'

/** Outcomes that the mean of a group counts for: so many outcomes of its own make it half its own. */
const SHRINKAGE = 1

/** Mean of all scores if there is none. */
const NO_OUTCOMES_MEAN = 0.5

/**
 * Mean training score of each LLM, [M], with one more outcome at the mean of all; an LLM without outcomes has that mean.
 */
export function llmMeans({ llms, llm, score }: Outcomes): Float64Array {
  const sums = new Float64Array(llms.length)
  const counts = new Float64Array(llms.length)
  let total = 0
  score.forEach((value, i) => {
    const m = at(llm, i)
    sums[m] = at(sums, m) + value
    counts[m] = at(counts, m) + 1
    total += value
  })
  const overall = score.length > 0 ? total / score.length : NO_OUTCOMES_MEAN
  return sums.map((sum, m) => (sum + SHRINKAGE * overall) / (at(counts, m) + SHRINKAGE))
}

/**
 * Predicts the mean training score of the LLM, whatever the prompt; the LLM it routes to is the best single one of those
 * that were judged.
 * @returns [N] for the outcomes `test`
 */
export function predictLlmMeans(train: Outcomes, test: Outcomes): Float64Array {
  const means = llmMeans(train)
  return Float64Array.from(test.llm, (m) => at(means, m))
}

/**
 * Predicts the mean training score of the LLM on prompts of the same group, its source or category, shrunk to its mean
 * over all. It uses what a router does not know: which group a prompt belongs to.
 * @returns [N] for the outcomes `test`
 */
export function predictGroupMeans(
  train: Outcomes,
  test: Outcomes,
  groupOf: (prompt: JudgedPrompt) => string,
): Float64Array {
  const means = llmMeans(train)
  /** Group -> LLM -> its scores there. */
  const groups = new Map<string, Map<number, { sum: number; count: number }>>()
  train.score.forEach((score, i) => {
    const group = groupOf(promptOf(train, i))
    const byLlm = groups.get(group) ?? new Map<number, { sum: number; count: number }>()
    groups.set(group, byLlm)
    const m = at(train.llm, i)
    const { sum, count } = byLlm.get(m) ?? { sum: 0, count: 0 }
    byLlm.set(m, { sum: sum + score, count: count + 1 })
  })
  return Float64Array.from(test.llm, (m, i) => {
    const { sum, count } = groups.get(groupOf(promptOf(test, i)))?.get(m) ?? { sum: 0, count: 0 }
    return (sum + SHRINKAGE * at(means, m)) / (count + SHRINKAGE)
  })
}
