import { LLimitError, quote } from '../../errors.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import type { AddLlmRequest } from '../../train/newLlm/addLlm.js'

/**
 * What the outcomes say of one LLM.
 * @throws LLimitError INVALID_REQUEST where they say nothing.
 */
export function outcomesOf(llm: string, outcomes: Outcomes): Pick<AddLlmRequest, 'prompts' | 'scores'> {
  const row = outcomes.llms.indexOf(llm)
  const own = Array.from(outcomes.llm.keys()).filter((i) => outcomes.llm[i] === row)
  if (own.length === 0) throw new LLimitError('INVALID_REQUEST', whyNone(llm, outcomes))
  return {
    prompts: own.map((i) => outcomes.prompts[outcomes.prompt[i] ?? -1]?.text ?? ''),
    scores: Float32Array.from(own, (i) => outcomes.score[i] ?? 0),
  }
}

function whyNone(llm: string, { llms }: Outcomes): string {
  const sentence = `--llm ${quote(llm)} has no outcome in the files`
  if (llms.includes(llm)) {
    return `${sentence}, only comparisons; a row is fitted to outcomes ("scores"): give some of it`
  }
  return `${sentence}; they know ${llms.length === 1 ? '1 other LLM' : `${llms.length} other LLMs`}`
}
