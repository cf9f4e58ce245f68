import { at } from '../numeric/at.js'
import { llmRow, promptIndex } from '../numeric/indices.js'
import type { LlmRow, PromptIndex } from '../numeric/indices.js'
import type { JudgedData, Outcomes } from './outcomes.js'

/** The data with those outcomes and comparisons only whose LLMs are kept on their prompt; all prompts and LLMs stay. */
export function filterJudgments<D extends JudgedData>(
  data: D,
  isKept: (llm: LlmRow, prompt: PromptIndex) => boolean,
): D {
  const { outcomes, comparisons } = data
  const keeps = (llms: Int32Array, prompts: Int32Array, i: number) =>
    isKept(llmRow(at(llms, i)), promptIndex(at(prompts, i)))
  const judged = indicesWhere(outcomes.llm.length, (i) => keeps(outcomes.llm, outcomes.prompt, i))
  const compared = indicesWhere(
    comparisons.a.length,
    (i) => keeps(comparisons.a, comparisons.prompt, i) && keeps(comparisons.b, comparisons.prompt, i),
  )
  return {
    ...data,
    outcomes: {
      ...outcomes,
      prompt: pick(outcomes.prompt, judged),
      llm: pick(outcomes.llm, judged),
      score: Float32Array.from(judged, (i) => at(outcomes.score, i)),
      ...pickTokens(outcomes, judged),
    },
    comparisons: {
      prompt: pick(comparisons.prompt, compared),
      a: pick(comparisons.a, compared),
      b: pick(comparisons.b, compared),
      preference: Float32Array.from(compared, (i) => at(comparisons.preference, i)),
    },
  }
}

/** The lengths of some of the outcomes, if there are any. */
export function pickTokens(
  { tokens }: Pick<Outcomes, 'tokens'>,
  indices: Int32Array,
): Pick<Outcomes, 'tokens'> {
  return tokens === undefined ? {} : { tokens: Float32Array.from(indices, (i) => at(tokens, i)) }
}

function pick(values: Int32Array, indices: Int32Array): Int32Array {
  return indices.map((i) => at(values, i))
}

function indicesWhere(length: number, isWanted: (i: number) => boolean): Int32Array {
  return Int32Array.from({ length }, (_, i) => i).filter((i) => isWanted(i))
}
