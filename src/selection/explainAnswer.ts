import { LLimitError, shorten } from '../errors.js'
import { at, valueAt } from '../numeric/at.js'
import type { Evidence } from '../registry/evidence.js'
import type { LoadedModel } from '../registry/loadModel.js'
import type { Scored } from './details.js'
import { averageOf, explain, MAX_EXPLAINED } from './explain.js'
import type { RankPlan } from './rankPlan.js'
import type { PromptRanking, RankAnswer } from './ranking.js'

/**
 * The evidence of a saved model that can be explained.
 * @throws LLimitError INVALID_REQUEST for one without evidence, or with the features of converted checkpoints.
 */
export function explainable({ card, evidence }: LoadedModel, model: string): Evidence {
  if (evidence !== undefined && card.features.version === 'v2') return evidence
  const message = `explain: expected a model with evidence and features v2, got ${shorten(model)}, which has not`
  throw new LLimitError('INVALID_REQUEST', message, { errors: [{ path: 'explain', message }] })
}

/** Adds explanations of the first LLMs of each prompt. */
export async function withExplanations(
  answer: RankAnswer,
  { candidates }: RankPlan,
  { rows, scores, embedded, features }: Scored,
  { network, evidence }: Pick<LoadedModel, 'network'> & { evidence: Evidence },
  signal: AbortSignal | undefined,
): Promise<RankAnswer> {
  const knownOf = new Map(candidates.map(({ llm, known }) => [llm, known]))
  const model = { network, evidence, average: averageOf(evidence) }
  const prompts: PromptRanking[] = []
  for (const [p, prompt] of [...answer.prompts].entries()) {
    const llms = prompt.ranked.slice(0, MAX_EXPLAINED.llms).map(({ llm, probability }) => {
      const known = valueAt(knownOf, llm)
      return { llm, row: valueAt(rows, known), leveled: at(valueAt(scores, known), p), probability }
    })
    const explained = { vector: at(embedded, p).vector, features: at(features, p), llms }
    prompts.push({ ...prompt, explanation: await explain(explained, model, signal) })
  }
  return { ...answer, prompts }
}
