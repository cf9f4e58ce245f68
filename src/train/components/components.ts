import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import type { Prepared } from '../data/prepare.js'
import { kindsPart } from './gatedMixture.js'
import type { KindsPlan } from './gatedMixture.js'
import type { Parameters } from '../autodiff/parameters.js'
import type { Part } from './component.js'
import type { Recipe } from '../recipe.js'
import { towerPart } from './tower.js'
import type { TowerPlan } from './tower.js'
import { gatedBranchOf, towerWeights } from './exportWeights.js'

/** What a part adds to the network that is saved. */
type Contribution = Pick<DenseNetworkWeights, 'towers' | 'llmBias' | 'gatedBranches'>

export interface BlendedPart {
  /** Unique. */
  name: string
  part: Part
  /** Its weight in the sum of logits; those of all parts add up to 1. */
  share: number
  contribution: (parameters: Parameters) => Contribution
}

/** The parts that a recipe asks for. E is the width of the embedding. */
export function partsOf(recipe: Recipe, { train, categories, llms }: Prepared, E: number): BlendedPart[] {
  const total = recipe.kinds.weight + recipe.tower.weight
  const shape = { inputs: train.width, llms: llms.length, losses: recipe.losses }
  const parts: BlendedPart[] = []
  if (recipe.kinds.weight > 0) {
    const judged = train.target.reduce((sum, y) => sum + (Number.isNaN(y) ? 0 : 1), 0)
    // With comparisons alone they are what there is to learn from.
    const outcomes = Math.max(1, judged > 0 ? judged : train.preference.length)
    const plan = kindsPlan(recipe, { ...shape, embedding: E, categories: categories.length, outcomes })
    const share = recipe.kinds.weight / total / recipe.kinds.heads
    for (let head = 1; head <= recipe.kinds.heads; head++) {
      const contribution = (parameters: Parameters) => ({
        towers: [],
        gatedBranches: [gatedBranchOf(plan, parameters, share)],
      })
      parts.push({ name: `kinds ${head}`, part: kindsPart(plan), share, contribution })
    }
  }
  if (recipe.tower.weight > 0) {
    const plan = towerPlan(recipe, shape)
    const share = recipe.tower.weight / total
    const contribution = (parameters: Parameters) => {
      const { tower, llmBias } = towerWeights(plan, parameters, share)
      return { towers: [tower], llmBias, gatedBranches: [] }
    }
    parts.push({ name: 'tower', part: towerPart(plan), share, contribution })
  }
  return parts
}

type Shape = Pick<KindsPlan & TowerPlan, 'inputs' | 'llms' | 'losses'>

function kindsPlan(
  { kinds }: Recipe,
  shape: Shape & Pick<KindsPlan, 'embedding' | 'categories' | 'outcomes'>,
): KindsPlan {
  return {
    ...shape,
    kinds: shape.categories > 0 ? kinds.per_category * shape.categories : kinds.without_categories,
    embeddingScale: kinds.embedding_scale,
    dropout: kinds.dropout,
    gateLearningRate: kinds.gate_learning_rate,
    gateDecay: kinds.gate_decay,
    tableLearningRate: kinds.table_learning_rate,
    tablePenalty: kinds.table_penalty,
    categoryWeight: kinds.category_weight,
  }
}

function towerPlan({ tower }: Recipe, shape: Shape): TowerPlan {
  return {
    ...shape,
    llmDimension: tower.llm_dimension,
    hidden: tower.hidden,
    slope: tower.slope,
    dropout: tower.dropout,
    learningRate: tower.learning_rate,
    weightDecay: tower.weight_decay,
  }
}
