import type { Card } from '../../card.js'
import { countedOutcomes, meanLengths, measureLengths } from '../../evaluate/lengths.js'
import type { LengthReport, LengthSystem } from '../../evaluate/lengths.js'
import type { BootstrapOptions } from '../../metrics/bootstrap.js'
import { at, valueAt } from '../../numeric/at.js'
import { llmOf } from '../../outcomes/outcomes.js'
import type { Outcomes } from '../../outcomes/outcomes.js'
import type { OutputTokens } from '../../selection/requests.js'
import { BATCH_SIZE } from '../../selection/requests.js'
import type { SelectionService } from '../../selection/service.js'
import type { Terminal } from '../commandLine/terminal.js'

/** Prompts per call, as a client with many would send them. */
const PROMPTS_PER_CALL = 256

interface LengthEvaluation extends BootstrapOptions {
  model: string
  card: Card
  /** Of the split to measure on, and of the one that baselines are fitted on. */
  outcomes: Outcomes
  training: Outcomes
}

/**
 * How well a saved model, by the code that serves it, predicts the lengths of answers, against the mean of each LLM.
 * @returns undefined if the saved model knows nothing of lengths, or if no answer was counted.
 */
export async function evaluateLengths(
  selection: Pick<SelectionService, 'inferWithDetails'>,
  { model, card, training, ...request }: LengthEvaluation,
  terminal: Pick<Terminal, 'progress'>,
): Promise<LengthReport | undefined> {
  const outcomes = countedOutcomes(request.outcomes)
  if (card.lengths === undefined || outcomes.score.length === 0) return undefined
  const system = await terminal.progress('lengths', (onProgress) =>
    predictLengths(selection, model, outcomes, onProgress),
  )
  return measureLengths(outcomes, [system, meanLengths(countedOutcomes(training), outcomes)], request)
}

/** @param outcomes all of them counted, of LLMs that the model knows */
async function predictLengths(
  selection: Pick<SelectionService, 'inferWithDetails'>,
  model: string,
  outcomes: Outcomes,
  onProgress: (done: number, total: number) => void,
): Promise<LengthSystem> {
  const P = outcomes.prompts.length
  const llms = outcomes.llms.filter((_, m) => outcomes.llm.includes(m))
  const predicted: OutputTokens[] = []
  for (let from = 0; from < P; from += PROMPTS_PER_CALL) {
    const prompts = outcomes.prompts.slice(from, from + PROMPTS_PER_CALL).map(({ text }) => text)
    const { details } = await selection.inferWithDetails({
      model,
      llms,
      prompts,
      batchSize: BATCH_SIZE.default,
    })
    for (let i = predicted.length; i < outcomes.prompt.length; i++) {
      const p = at(outcomes.prompt, i) - from
      if (p >= prompts.length) break
      predicted.push(lengthIn(at(valueAt(details, llmOf(outcomes, i)), p)))
    }
    onProgress(Math.min(P, from + PROMPTS_PER_CALL), P)
  }
  const valuesOf = (field: 'expected' | 'median' | 'low' | 'high') =>
    Float64Array.from(predicted, (length) => length[field])
  return {
    name: model,
    median: valuesOf('median'),
    distribution: { expected: valuesOf('expected'), low: valuesOf('low'), high: valuesOf('high') },
  }
}

function lengthIn({ output_tokens }: { output_tokens?: OutputTokens }): OutputTokens {
  if (output_tokens === undefined) throw new Error('expected details with output_tokens, got none')
  return output_tokens
}
