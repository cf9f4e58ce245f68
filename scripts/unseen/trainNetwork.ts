import type { Calibration, FeatureSpec } from '../../src/card.js'
import { featureCount } from '../../src/features/features.js'
import type { JudgedData } from '../../src/outcomes/outcomes.js'
import type { DenseNetworkWeights } from '../../src/scorer/networkWeights.js'
import { fitCalibration } from '../../src/train/calibrate.js'
import { partsOf } from '../../src/train/parts.js'
import { prepare } from '../../src/train/prepare.js'
import type { Recipe } from '../../src/train/recipe.js'
import { scheduleOf } from '../../src/train/trainModel.js'
import { trainParts } from '../../src/train/trainParts.js'

/** A network as training leaves it, before it is written. */
export interface TrainedNetwork {
  network: DenseNetworkWeights
  calibration: Calibration
  features: FeatureSpec
  llms: readonly string[]
}

/** Trains as `npm run train` does, and writes nothing. */
export async function trainNetwork(
  data: JudgedData,
  embeddings: Float32Array,
  recipe: Recipe,
  seed: number,
): Promise<TrainedNetwork> {
  const prepared = prepare(data, embeddings, recipe)
  const E = embeddings.length / data.outcomes.prompts.length
  const { network, devLogits } = await trainParts(
    { schedule: scheduleOf(recipe), seed },
    prepared,
    partsOf(recipe, prepared, E),
  )
  return {
    network: {
      embedding: E,
      features: featureCount(prepared.features.version),
      activation: { type: 'leaky_relu', slope: recipe.tower.slope },
      ...network,
      output: 'logit',
    },
    calibration: fitCalibration(devLogits, prepared.dev.target),
    features: prepared.features,
    llms: prepared.llms,
  }
}
