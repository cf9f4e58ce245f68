import type { Calibration, FeatureSpec } from '../card.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { fitCalibration } from '../train/calibration/platt.js'
import type { Recipe } from '../train/recipe.js'
import { trainNetwork } from '../train/trainNetwork.js'

/** What predicting needs of a network. */
export interface Predictor {
  network: DenseNetworkWeights
  calibration: Calibration
  features: FeatureSpec
  llms: readonly string[]
}

/** Trains as `npm run train` does, and writes nothing. Margins are made probabilities as well, to have a log loss. */
export async function trainedOn(
  data: JudgedData,
  embeddings: Float32Array,
  recipe: Recipe,
  seed: number,
): Promise<Predictor> {
  const { network, calibration, prepared, devLogits } = await trainNetwork({ data, embeddings, recipe, seed })
  const { features, llms, dev } = prepared
  return { network, calibration: calibration ?? fitCalibration(devLogits, dev.target), features, llms }
}
