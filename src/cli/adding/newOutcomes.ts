import { LLimitError, quote } from '../../errors.js'
import { at } from '../../numeric/at.js'
import { tokensOf } from '../../outcomes/outcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import type { AddLlmRequest } from '../../train/newLlm/addLlm.js'

/**
 * What the outcomes say of one LLM.
 * @throws LLimitError INVALID_FILE if they say nothing.
 */
export function outcomesOf(
  llm: string,
  outcomes: Outcomes,
): Pick<AddLlmRequest, 'prompts' | 'scores' | 'tokens'> {
  const row = outcomes.llms.indexOf(llm)
  const own = Array.from(outcomes.llm.keys()).filter((i) => outcomes.llm[i] === row)
  if (own.length === 0) throw new LLimitError('INVALID_FILE', noOutcomes(llm, outcomes))
  return {
    prompts: own.map((i) => at(outcomes.prompts, at(outcomes.prompt, i)).text),
    scores: Float32Array.from(own, (i) => at(outcomes.score, i)),
    tokens: Float32Array.from(own, (i) => tokensOf(outcomes, i)),
  }
}

function noOutcomes(llm: string, { llms }: Outcomes): string {
  const problem = `--llm ${quote(llm)} has no outcome in the files`
  if (llms.includes(llm)) {
    return `${problem}, only comparisons; a row is fitted to outcomes ("scores"): add some`
  }
  return `${problem}; the files contain ${llms.length === 1 ? '1 other LLM' : `${llms.length} other LLMs`}`
}
