import type { Calibration } from '../card.js'
import { featureCount } from '../features/features.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { fitCalibration } from './calibrate.js'
import { partsOf } from './parts.js'
import { prepare } from './prepare.js'
import type { Prepared } from './prepare.js'
import type { Recipe } from './recipe.js'
import { trainParts } from './trainParts.js'
import type { PartsRequest } from './trainParts.js'

export interface NetworkRequest extends Omit<PartsRequest, 'schedule'> {
  data: JudgedData
  /** [P, E] of the prompts of the data. */
  embeddings: Float32Array
  recipe: Recipe
}

/** A network as training leaves it, before it is written. */
export interface TrainedNetwork {
  network: DenseNetworkWeights
  /** Undefined where the scores are margins. */
  calibration: Calibration | undefined
  prepared: Prepared
  /** [n] logits of the pairs of the dev split, before the calibration. */
  devLogits: Float32Array
}

/**
 * Trains the parts of a recipe and blends them; then fits the calibration on the dev split. A TensorFlow.js backend must
 * have been started.
 * @throws LLimitError INVALID_REQUEST where a split is empty.
 */
export async function trainNetwork(request: NetworkRequest): Promise<TrainedNetwork> {
  const { data, embeddings, recipe } = request
  const prepared = prepare(data, embeddings, recipe)
  const { dev, features } = prepared
  const E = embeddings.length / data.outcomes.prompts.length
  const { network: blend, devLogits } = await trainParts(
    { ...request, schedule: scheduleOf(recipe) },
    prepared,
    partsOf(recipe, prepared, E),
  )
  const isProbability = recipe.losses.outcomes > 0 && dev.target.some((y) => !Number.isNaN(y))
  const network: DenseNetworkWeights = {
    embedding: E,
    features: featureCount(features.version),
    activation: { type: 'leaky_relu', slope: recipe.tower.slope },
    ...blend,
    output: isProbability ? 'logit' : 'tanh',
  }
  const calibration = isProbability ? fitCalibration(devLogits, dev.target) : undefined
  return { network, calibration, prepared, devLogits }
}

function scheduleOf({ schedule }: Recipe): PartsRequest['schedule'] {
  const { epochs, batch_prompts: batchPrompts, warm_up_steps: warmUpSteps, patience } = schedule
  return { epochs, batchPrompts, warmUpSteps, patience }
}
