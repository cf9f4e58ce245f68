import type { Calibration } from '../card.js'
import { LLimitError } from '../errors.js'
import { featureCount } from '../features/features.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { fitCalibration } from './calibration/platt.js'
import { promptCount } from './data/examples.js'
import type { Examples } from './data/examples.js'
import { partsOf } from './components/components.js'
import { prepare } from './data/prepare.js'
import type { Prepared } from './data/prepare.js'
import type { Recipe } from './recipe.js'
import { trainParts } from './loop/trainComponents.js'
import type { PartsRequest } from './loop/trainComponents.js'

const LOSS_NAMES = ['outcomes', 'comparisons', 'pairs', 'margin'] as const

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
 * @throws LLimitError INVALID_REQUEST where a split is empty, or the losses of the recipe have nothing to learn from.
 */
export async function trainNetwork(request: NetworkRequest): Promise<TrainedNetwork> {
  const { data, embeddings, recipe } = request
  const prepared = prepare(data, embeddings, recipe)
  const { train, dev, features } = prepared
  refuseNothingToLearn(recipe, train)
  const E = embeddings.length / data.outcomes.prompts.length
  const { network: blend, devLogits } = await trainParts(
    { ...request, schedule: scheduleOf(recipe, promptCount(train)) },
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

/** @param prompts of the train split */
function scheduleOf({ schedule }: Recipe, prompts: number): PartsRequest['schedule'] {
  const { batch_prompts: batchPrompts, warm_up_steps: warmUpSteps, least_steps: leastSteps } = schedule
  const epochs = Math.max(schedule.epochs, Math.ceil(leastSteps / Math.ceil(prompts / batchPrompts)))
  // In epochs of the recipe: one that is a few steps long says little.
  const patience = Math.ceil((schedule.patience * epochs) / schedule.epochs)
  return { epochs, batchPrompts, warmUpSteps, patience }
}

/** A loss of which the data has nothing would leave the network as it was drawn. */
function refuseNothingToLearn({ losses }: Recipe, { target, preference }: Examples): void {
  const outcomes = target.reduce((sum, y) => sum + (Number.isNaN(y) ? 0 : 1), 0)
  const comparisons = preference.length
  const fed = {
    outcomes: outcomes > 0,
    comparisons: comparisons > 0,
    pairs: outcomes > 0,
    margin: outcomes > 0 || comparisons > 0,
  }
  if (LOSS_NAMES.some((name) => losses[name] > 0 && fed[name])) return
  const weights = LOSS_NAMES.map((name) => `${name} ${losses[name]}`).join(', ')
  throw new LLimitError(
    'INVALID_REQUEST',
    `losses (${weights}) have nothing to learn from: the training prompts have ${outcomes} outcomes and ${comparisons} comparisons`,
  )
}
