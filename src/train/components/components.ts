import type { Parameters } from '../autodiff/parameters.js'
import { outcomeCount } from '../data/examples.js'
import type { PreparedData } from '../data/prepareData.js'
import type { Recipe } from '../recipe.js'
import { blendScores, refitScores } from '../refit/refitScores.js'
import type { Component, ComponentWeights } from './component.js'
import { exportGatedMixture, exportTower } from './exportWeights.js'
import { classScoresOf, gatedMixture, gatesOf, withClassScores } from './gatedMixture.js'
import type { GatedMixtureSettings } from './gatedMixture.js'
import { tower } from './tower.js'
import type { TowerSettings } from './tower.js'

/** A component and its place in the blend. */
export interface BlendedComponent {
  /** Unique; names the folder of its checkpoints too. */
  name: string
  component: Component
  /** Its weight in the sum of logits; those of all components add up to 1. */
  blendWeight: number
  /** What becomes of its parameters once they are trained. A TensorFlow.js backend must have been started. */
  finish: (parameters: Parameters) => Parameters
  /** Its trained parameters as they are saved, times its blend weight. */
  exportWeights: (parameters: Parameters) => ComponentWeights
}

/** The components that a recipe asks for. */
export function componentsOf(recipe: Recipe, prepared: PreparedData): BlendedComponent[] {
  const total = recipe.kinds.weight + recipe.tower.weight
  const components: BlendedComponent[] = []
  if (recipe.kinds.weight > 0) {
    const blendWeight = recipe.kinds.weight / total / recipe.kinds.heads
    const settings = gatedMixtureSettings(recipe, prepared)
    for (let member = 1; member <= recipe.kinds.heads; member++) {
      components.push({
        name: `gated-mixture-${member}`,
        component: gatedMixture(settings),
        blendWeight,
        finish: (parameters) => refitMixture(recipe, settings, prepared, parameters),
        exportWeights: (parameters) => exportGatedMixture(settings, parameters, blendWeight),
      })
    }
  }
  if (recipe.tower.weight > 0) {
    const blendWeight = recipe.tower.weight / total
    const settings = towerSettings(recipe, prepared)
    components.push({
      name: 'tower',
      component: tower(settings),
      blendWeight,
      finish: (parameters) => parameters,
      exportWeights: (parameters) => exportTower(settings, parameters, blendWeight),
    })
  }
  return components
}

/** The mixture with class scores fitted to the outcomes and blended with the trained ones, if the recipe asks for it. */
function refitMixture(
  { kinds: { refit }, losses }: Recipe,
  settings: GatedMixtureSettings,
  { train, llms, sources }: PreparedData,
  parameters: Parameters,
): Parameters {
  // The scores of other losses are not logits of outcomes.
  if (refit.rounds === 0 || losses.outcomes === 0 || outcomeCount(train) === 0) return parameters
  const gates = gatesOf(settings, parameters, train.inputs)
  const refitted = refitScores(train, gates, { llms: llms.length, sources: sources.length }, refit)
  const blended = blendScores(classScoresOf(settings, parameters), refitted, refit.blend_information)
  return withClassScores(parameters, blended)
}

function gatedMixtureSettings({ kinds, losses }: Recipe, prepared: PreparedData): GatedMixtureSettings {
  const { train, trainEmbeddings, categories, llms } = prepared
  const outcomes = outcomeCount(train)
  return {
    embedding: trainEmbeddings.columns,
    inputs: train.inputs.columns,
    llms: llms.length,
    categories: categories.length,
    classes: categories.length > 0 ? kinds.per_category * categories.length : kinds.without_categories,
    embeddingScale: kinds.embedding_scale,
    dropout: kinds.dropout,
    gateLearningRate: kinds.gate_learning_rate,
    gateDecay: kinds.gate_decay,
    scoresLearningRate: kinds.table_learning_rate,
    scoresPenalty: kinds.table_penalty,
    categoryWeight: kinds.category_weight,
    losses,
    // With comparisons alone they are what there is to learn from.
    judgments: Math.max(1, outcomes > 0 ? outcomes : train.preference.length),
  }
}

function towerSettings({ tower, losses }: Recipe, { train, llms }: PreparedData): TowerSettings {
  return {
    inputs: train.inputs.columns,
    llms: llms.length,
    llmDimension: tower.llm_dimension,
    hidden: tower.hidden,
    slope: tower.slope,
    dropout: tower.dropout,
    learningRate: tower.learning_rate,
    weightDecay: tower.weight_decay,
    losses,
  }
}
