import type { Card, FeatureSpec } from '../card.js'
import { probabilityOf } from '../calibration/probability.js'
import type { LogitScale } from '../calibration/probability.js'
import { MAX_REFERENCE_LLMS, REFERENCE_PROMPTS } from '../savedModel/referencePrompts.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { outputOfPair } from './oracle.js'
import { joinFeatures } from './data/prepare.js'

/** Float32 sums in another order move a score by less than this; a wrong weight moves it by far more. */
const SCORE_TOLERANCE = 1e-5

/**
 * The reference scores of a card, computed from the weights by other code than that which serves.
 * @param embeddings [P, E] of REFERENCE_PROMPTS
 * @param calibration undefined where the network's output is the score
 */
export function referenceOf(
  network: DenseNetworkWeights,
  calibration: LogitScale | undefined,
  features: FeatureSpec,
  llms: readonly string[],
  embeddings: Float32Array,
): Card['reference'] {
  const inputs = joinFeatures(embeddings, REFERENCE_PROMPTS, features)
  const W = inputs.length / REFERENCE_PROMPTS.length
  const known = llms.slice(0, MAX_REFERENCE_LLMS)
  const scores = known.map((_, row) =>
    REFERENCE_PROMPTS.map((_prompt, p) => {
      const output = outputOfPair(network, inputs.subarray(p * W, (p + 1) * W), row)
      return calibration === undefined ? output : probabilityOf(output, calibration)
    }),
  )
  return { prompts: [...REFERENCE_PROMPTS], llms: known, scores, tolerance: SCORE_TOLERANCE }
}
