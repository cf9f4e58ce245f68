import type { Recipe } from '../recipe.js'

export interface Schedule {
  epochs: number
  /** Prompts of a batch, each with all its pairs. */
  batchPrompts: number
  /** Steps in which the learning rate rises to its highest; from there it falls to 0 along a cosine. */
  warmUpSteps: number
  /** Epochs without a better dev loss after which it ends. */
  patience: number
}

/** Of all steps: with little data the whole training could be warm-up. */
const MAX_WARM_UP_SHARE = 0.1

/**
 * The schedule of a recipe, with more epochs if there are too few prompts for its steps.
 * @param prompts of the train split
 */
export function scheduleFor({ schedule }: Recipe, prompts: number): Schedule {
  const batchPrompts = schedule.batch_prompts
  const stepsPerEpoch = Math.ceil(prompts / batchPrompts)
  const epochs = Math.max(schedule.epochs, Math.ceil(schedule.least_steps / stepsPerEpoch))
  const maxWarmUpSteps = Math.ceil(MAX_WARM_UP_SHARE * stepsPerEpoch * epochs)
  return {
    epochs,
    batchPrompts,
    warmUpSteps: Math.min(schedule.warm_up_steps, maxWarmUpSteps),
    // In epochs of the recipe: one that is a few steps long says little.
    patience: Math.ceil((schedule.patience * epochs) / schedule.epochs),
  }
}

/** What the learning rates are multiplied by in step 0, 1, …: it rises linearly, then falls along half a cosine to 0. */
export function learningRateFactor(step: number, warmUpSteps: number, steps: number): number {
  if (step < warmUpSteps) return (step + 1) / warmUpSteps
  const done = Math.min(1, (step - warmUpSteps) / Math.max(1, steps - warmUpSteps))
  return (1 + Math.cos(Math.PI * done)) / 2
}
