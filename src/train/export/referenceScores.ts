import type { LogitScale } from '../../calibration/probability.js'
import type { Card, FeatureSpec } from '../../card.js'
import { at } from '../../numeric/at.js'
import { llmRow } from '../../numeric/indices.js'
import { rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { MAX_REFERENCE_LLMS, REFERENCE_PROMPTS } from '../../savedModel/referencePrompts.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import { joinFeatures } from '../data/prepareData.js'
import { outputOfPair } from '../oracle.js'

/** Float32 sums in another order move a score by less than this; a wrong weight moves it by far more. */
const SCORE_TOLERANCE = 1e-5

/**
 * The reference scores of a card, computed from the weights by other code than that which serves.
 * @param calibration with the factor of the logits of each prompt; undefined if the network's output is the score
 * @param llms in the order of the rows of the network
 * @param embeddings [P, E] of REFERENCE_PROMPTS
 */
export function referenceScores(
  network: DenseNetworkWeights,
  calibration: (LogitScale & { factors: readonly number[] }) | undefined,
  features: FeatureSpec,
  llms: readonly string[],
  embeddings: Matrix,
): Card['reference'] {
  const inputs = joinFeatures(embeddings, REFERENCE_PROMPTS, features)
  const known = llms.slice(0, MAX_REFERENCE_LLMS)
  const scores = known.map((_llm, row) =>
    REFERENCE_PROMPTS.map((_prompt, p) => {
      const output = outputOfPair(network, rowOf(inputs, p), llmRow(row))
      if (calibration === undefined) return output
      const { slope, intercept, factors } = calibration
      return 1 / (1 + Math.exp(-at(factors, p) * (slope * output + intercept)))
    }),
  )
  return { prompts: [...REFERENCE_PROMPTS], llms: known, scores, tolerance: SCORE_TOLERANCE }
}
