import { at, valueAt } from '../../numeric/at.js'
import { llmOf } from '../../outcomes/outcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import { BATCH_SIZE } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import type { Terminal } from '../commandLine/terminal.js'

/** Prompts per call, as a client with many would send them. */
const PROMPTS_PER_CALL = 256

/**
 * How many outcomes of the LLM on the category of the prompt the training of a saved model has seen, for each outcome.
 * @param outcomes of LLMs that the model knows
 * @returns [N]; undefined if the model does not say.
 */
export async function evidenceOf(
  selection: Pick<SelectionService, 'inferWithDetails'>,
  model: string,
  outcomes: Outcomes,
  terminal: Pick<Terminal, 'progress'>,
): Promise<readonly number[] | undefined> {
  const judged = new Set(outcomes.llm)
  const llms = outcomes.llms.filter((_, m) => judged.has(m))
  const P = outcomes.prompts.length
  return terminal.progress('evidence', async (onProgress) => {
    const found: number[] = []
    for (let from = 0; from < P; from += PROMPTS_PER_CALL) {
      const prompts = outcomes.prompts.slice(from, from + PROMPTS_PER_CALL).map(({ text }) => text)
      const request = { model, llms, prompts, batchSize: BATCH_SIZE.default }
      const { details } = await selection.inferWithDetails(request)
      for (let i = found.length; i < outcomes.prompt.length; i++) {
        const p = at(outcomes.prompt, i) - from
        if (p >= prompts.length) break
        const { evidence } = at(valueAt(details, llmOf(outcomes, i)), p)
        if (evidence === null) return undefined
        found.push(evidence)
      }
      onProgress(Math.min(P, from + PROMPTS_PER_CALL), P)
    }
    return found
  })
}
