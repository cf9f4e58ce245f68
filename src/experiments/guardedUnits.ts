import { guardedChoice } from '../calibration/guard.js'
import { logitOf } from '../calibration/probability.js'
import { startsOf } from '../metrics/scoredOutcomes.js'
import { at, valueAt } from '../numeric/at.js'
import type { DeviationOf } from './chosenEvidence.js'
import type { PredictedOutcomes } from './predictOutcomes.js'
import type { Unit } from './sourceMeans.js'

/**
 * A unit for each prompt with the score of the LLM that the guard chooses among those with an outcome there; the baseline is the
 * one of them with the highest mean. Prompts with one outcome leave no choice and do not count.
 * @param standardErrorOf of the logit of an LLM on a prompt, without what LLMs share
 * @param means of each LLM over the training data
 */
export function guardedUnits(
  source: string,
  predicted: PredictedOutcomes,
  standardErrorOf: DeviationOf,
  means: ReadonlyMap<string, number>,
  z: number,
): Unit[] {
  const starts = startsOf(predicted)
  return Array.from({ length: predicted.prompts }, (_, p) => {
    const own = Array.from({ length: at(starts, p + 1) - at(starts, p) }, (_item, i) => at(starts, p) + i)
    if (own.length < 2) return { source, shares: { routed: { above: 0, below: 0 } } }
    const candidates = own.map((i) => ({
      logit: logitOf(at(predicted.prediction, i)),
      standardError: standardErrorOf(at(predicted.llm, i), p),
    }))
    const ofOwn = own.map((i) => valueAt(means, at(predicted.llm, i)))
    const baseline = ofOwn.indexOf(Math.max(...ofOwn))
    const chosen = at(own, guardedChoice(candidates, baseline, z))
    return { source, shares: { routed: { above: at(predicted.score, chosen), below: 1 } } }
  })
}
