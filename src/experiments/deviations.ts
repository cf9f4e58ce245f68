import { logitDeviation } from '../calibration/interval.js'
import { probabilityOf } from '../calibration/probability.js'
import { familiarityOf } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import { rowsByName } from '../numeric/indices.js'
import { gatherRows, rowOf } from '../numeric/matrix.js'
import { measureEvidence } from '../train/calibration/evidence.js'
import { assignToNearest } from '../train/calibration/sphericalKMeans.js'
import type { Recipe } from '../train/recipe.js'
import type { Predictor } from '../train/trainModel.js'
import { scaleOf } from './predictOutcomes.js'
import type { EmbeddedData } from './predictOutcomes.js'

/** The standard deviation of a logit, by name of the LLM and place of the prompt among the chosen ones. */
export type DeviationOf = (llm: string, position: number) => number

/**
 * How far off the logits of a network may be, as the card of its saved model would say. A TensorFlow.js backend must have been
 * started.
 * @param seed of the search for regions
 * @returns for any chosen prompts; of the LLMs that the network knows
 */
export function deviationsFor(
  predictor: Predictor,
  { embeddings }: EmbeddedData,
  recipe: Recipe,
  seed: number,
): (chosen: Int32Array) => DeviationOf {
  const { prepared, devLogits } = predictor
  const scale = scaleOf(predictor)
  const probabilities = devLogits.map((z) => probabilityOf(z, scale))
  const { card, centroids, outcomes } = measureEvidence(prepared, probabilities, recipe.evidence, seed)
  const rows = rowsByName(prepared.llms)
  return (chosen) => {
    const nearest = assignToNearest(centroids, gatherRows(embeddings, chosen))
    return (llm, position) => {
      const row = rows.get(llm)
      const known = row === undefined ? 0 : at(rowOf(outcomes, row), at(nearest.cluster, position))
      return logitDeviation(
        card.interval,
        known,
        familiarityOf(at(nearest.cosine, position), card.familiarity),
      )
    }
  }
}
