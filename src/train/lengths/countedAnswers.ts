import { at } from '../../numeric/at.js'
import { llmRow, promptIndex } from '../../numeric/indices.js'
import type { LlmRow, PromptIndex } from '../../numeric/indices.js'
import { isCounted } from '../../outcomes/outcomes.js'
import type { Examples } from '../data/examples.js'

/** The answers of some examples whose length is known, as parallel arrays [n]. */
export interface CountedAnswers {
  /** Ascending. */
  prompt: PromptIndex[]
  llm: LlmRow[]
  /** Log of the length in tokens. */
  length: Float64Array
}

/** An empty answer counts as one token: its log must be finite, and it costs nearly nothing either way. */
export function logOfTokens(tokens: number): number {
  return Math.log(Math.max(1, tokens))
}

export function countedAnswers({ firstPair, llm, tokens }: Examples): CountedAnswers {
  const prompts: PromptIndex[] = []
  const llms: LlmRow[] = []
  const lengths: number[] = []
  for (let p = 0; p + 1 < firstPair.length; p++) {
    for (let pair = at(firstPair, p); pair < at(firstPair, p + 1); pair++) {
      const count = at(tokens, pair)
      if (!isCounted(count)) continue
      prompts.push(promptIndex(p))
      llms.push(llmRow(at(llm, pair)))
      lengths.push(logOfTokens(count))
    }
  }
  return { prompt: prompts, llm: llms, length: Float64Array.from(lengths) }
}

/** [M] counted answers of each LLM. */
export function countsByLlm({ llm }: Pick<CountedAnswers, 'llm'>, llms: number): Int32Array {
  const counts = new Int32Array(llms)
  for (const row of llm) counts[row] = at(counts, row) + 1
  return counts
}
