import type { JudgedPrompt, Outcomes } from '../../outcomes/outcomes.js'

/** Outcomes that the mean of a group counts for: so much evidence of its own makes it half its own. */
const SHRINK = 1

/**
 * Mean training score of each LLM, [M], with one more outcome at the mean of all; an LLM without outcomes has that mean.
 */
export function llmMeans({ llms, llm, score }: Outcomes): Float64Array {
  const sums = new Float64Array(llms.length)
  const counts = new Float64Array(llms.length)
  let total = 0
  llm.forEach((m, i) => {
    sums[m] = (sums[m] ?? 0) + (score[i] ?? 0)
    counts[m] = (counts[m] ?? 0) + 1
    total += score[i] ?? 0
  })
  const overall = score.length > 0 ? total / score.length : 0.5
  return sums.map((sum, m) => (sum + SHRINK * overall) / ((counts[m] ?? 0) + SHRINK))
}

/**
 * Predicts the mean training score of the LLM, whatever the prompt; the LLM it routes to is the best single one of those
 * that were judged.
 * @returns [N] for the outcomes `test`
 */
export function predictLlmMeans(train: Outcomes, test: Outcomes): Float64Array {
  const means = llmMeans(train)
  return Float64Array.from(test.llm, (m) => means[m] ?? 0.5)
}

/**
 * Predicts the mean training score of the LLM on prompts of the same group, its source or category, shrunk to its mean
 * over all. It is told what a router is not: which group a prompt is of.
 * @returns [N] for the outcomes `test`
 */
export function predictGroupMeans(
  train: Outcomes,
  test: Outcomes,
  groupOf: (prompt: JudgedPrompt) => string,
): Float64Array {
  const means = llmMeans(train)
  const cellOf = ({ prompts, prompt, llm }: Outcomes, i: number) => {
    const judged = prompts[prompt[i] ?? -1]
    return `${llm[i] ?? 0}\n${judged === undefined ? '' : groupOf(judged)}`
  }
  const cells = new Map<string, { sum: number; count: number }>()
  train.score.forEach((score, i) => {
    const cell = cells.get(cellOf(train, i)) ?? { sum: 0, count: 0 }
    cell.sum += score
    cell.count++
    cells.set(cellOf(train, i), cell)
  })
  return Float64Array.from(test.llm, (m, i) => {
    const { sum, count } = cells.get(cellOf(test, i)) ?? { sum: 0, count: 0 }
    return (sum + SHRINK * (means[m] ?? 0.5)) / (count + SHRINK)
  })
}
