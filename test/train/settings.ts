import type { GatedMixtureSettings } from '../../src/train/components/gatedMixture.js'
import type { TowerSettings } from '../../src/train/components/tower.js'

const losses = { outcomes: 1, comparisons: 0.5, pairs: 0.25, margin: 0.5 }

/** Networks that are small enough to try every parameter. */
export const GATED_MIXTURE: GatedMixtureSettings = {
  embedding: 3,
  inputs: 5,
  llms: 3,
  categories: 2,
  classes: 4,
  embeddingScale: 3,
  dropout: 0,
  gateLearningRate: 3e-3,
  gateDecay: 0.01,
  scoresLearningRate: 1e-2,
  scoresPenalty: 4,
  categoryWeight: 0.3,
  losses,
  judgments: 8,
}

export const TOWER: TowerSettings = {
  inputs: 5,
  llms: 3,
  llmDimension: 2,
  hidden: [4, 3],
  slope: 0.1,
  dropout: 0,
  learningRate: 1e-3,
  weightDecay: 0.01,
  losses,
}
