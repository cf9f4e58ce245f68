import { logitDeviation, ownDeviation } from '../calibration/interval.js'
import { levelFactor } from '../calibration/level.js'
import { familiarityOf } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import { rowsByName } from '../numeric/indices.js'
import { gatherRows, rowOf } from '../numeric/matrix.js'
import { scaledLogits } from '../calibration/probability.js'
import { measureEvidence } from '../train/calibration/evidence.js'
import { assignToNearest } from '../train/calibration/sphericalKMeans.js'
import type { Recipe } from '../train/recipe.js'
import type { Predictor } from '../train/trainModel.js'
import { scaleOf } from './predictOutcomes.js'
import type { EmbeddedData } from './predictOutcomes.js'

/** The standard deviation of a logit, by name of the LLM and place of the prompt among the chosen ones. */
export type DeviationOf = (llm: string, position: number) => number

/** What the card of a saved model would say of some prompts. */
export interface ChosenEvidence {
  deviationOf: DeviationOf
  /** The part of it that LLMs do not share. */
  standardErrorOf: DeviationOf
  /** Training outcomes of an LLM on the category of a prompt. */
  outcomesOf: (llm: string, position: number) => number
  /** [P] */
  familiarity: number[]
  /** [P] factor of the logits of each. */
  factors: number[]
}

/**
 * How familiar prompts are, and how far off logits may be, as the card of the saved model would say. A TensorFlow.js backend must
 * have been started.
 * @param seed of the search for regions
 * @returns for any chosen prompts; deviations of the LLMs that the network knows
 */
export function evidenceOf(
  predictor: Predictor,
  { embeddings }: EmbeddedData,
  recipe: Recipe,
  seed: number,
): (chosen: Int32Array) => ChosenEvidence {
  const { prepared, devLogits } = predictor
  const logits = scaledLogits(devLogits, scaleOf(predictor))
  const { card, centroids, outcomes } = measureEvidence(prepared, logits, recipe.evidence, seed)
  const rows = rowsByName(prepared.llms)
  return (chosen) => {
    const nearest = assignToNearest(centroids, gatherRows(embeddings, chosen))
    const familiarity = Array.from(nearest.cosine, (cosine) => familiarityOf(cosine, card.familiarity))
    const outcomesOf = (llm: string, position: number) => {
      const row = rows.get(llm)
      return row === undefined ? 0 : at(rowOf(outcomes, row), at(nearest.cluster, position))
    }
    const deviationOf = (llm: string, position: number) =>
      logitDeviation(card.interval, outcomesOf(llm, position), at(familiarity, position))
    const standardErrorOf = (llm: string, position: number) =>
      ownDeviation(card.interval, outcomesOf(llm, position))
    return {
      deviationOf,
      standardErrorOf,
      outcomesOf,
      familiarity,
      factors: familiarity.map((f) => levelFactor(f, recipe.evidence.level)),
    }
  }
}
