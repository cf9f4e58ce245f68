import { guardedChoice } from '../calibration/guard.js'
import { logitOf } from '../calibration/probability.js'
import { placesOf, startsOf } from '../metrics/scoredOutcomes.js'
import { at, valueAt } from '../numeric/at.js'
import type { ChosenEvidence } from './chosenEvidence.js'
import type { PredictedOutcomes } from './predictOutcomes.js'
import type { Unit } from './sourceMeans.js'

/** What became of a prompt by three ways to choose among the LLMs with an outcome there. */
export interface Choice {
  /** Its place in the data. */
  prompt: number
  source: string
  familiarity: number
  /** Training outcomes of the LLM with the highest prediction on the category of the prompt. */
  evidence: number
  /** Score of the LLM with the highest prediction, of that with the highest mean over the training data, and of the guard's. */
  best: number
  constant: number
  guarded: number
}

/** What a recipe predicts of some prompts. */
export interface ChosenPredictions {
  predicted: PredictedOutcomes
  evidence: ChosenEvidence
  /** Of each LLM over the training data. */
  means: ReadonlyMap<string, number>
}

/** Prompts with one outcome leave no choice, and are left out. @param prompts [P] their sources and places in the data */
export function choicesOf(
  prompts: readonly Pick<Choice, 'prompt' | 'source'>[],
  chosen: ChosenPredictions,
  z: number,
): Choice[] {
  const { predicted, evidence } = chosen
  return candidatesOf(chosen).flatMap((open, p) => {
    if (open === undefined) return []
    const { own, candidates, baseline } = open
    const best = at(own, guardedChoice(candidates, baseline, 0))
    const guarded = at(own, guardedChoice(candidates, baseline, z))
    const scores = {
      best: at(predicted.score, best),
      constant: at(predicted.score, at(own, baseline)),
      guarded: at(predicted.score, guarded),
    }
    const known = {
      familiarity: at(evidence.familiarity, p),
      evidence: evidence.outcomesOf(at(predicted.llm, best), p),
    }
    return [{ ...at(prompts, p), ...known, ...scores }]
  })
}

/** A unit for each prompt with the score of the LLM that the guard chooses; prompts that leave no choice do not count. */
export function guardedUnits(source: string, chosen: ChosenPredictions, z: number): Unit[] {
  return candidatesOf(chosen).map((open) => {
    if (open === undefined) return { source, shares: { routed: { above: 0, below: 0 } } }
    const place = at(open.own, guardedChoice(open.candidates, open.baseline, z))
    return { source, shares: { routed: { above: at(chosen.predicted.score, place), below: 1 } } }
  })
}

/** [P] the outcomes of a prompt as the guard sees them, with the place of the baseline among them; undefined for fewer than two. */
function candidatesOf({ predicted, evidence, means }: ChosenPredictions) {
  const starts = startsOf(predicted)
  return Array.from({ length: predicted.prompts }, (_, p) => {
    const own = placesOf(starts, p)
    if (own.length < 2) return undefined
    const candidates = own.map((i) => ({
      logit: logitOf(at(predicted.prediction, i)),
      standardError: evidence.standardErrorOf(at(predicted.llm, i), p),
    }))
    const ofOwn = own.map((i) => valueAt(means, at(predicted.llm, i)))
    return { own, candidates, baseline: ofOwn.indexOf(Math.max(...ofOwn)) }
  })
}
