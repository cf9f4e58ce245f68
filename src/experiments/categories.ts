import { logLoss } from '../metrics/properScores.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import type { Recipe } from '../train/recipe.js'
import { predictOutcomes } from './predict.js'
import { trainedOn } from './trainPredictor.js'

export interface LeftOutFold {
  /** Prompts and outcomes of the categories that were left out. */
  prompts: number
  outcomes: number
  logLoss: number
}

/** Split of prompts that neither training nor the choice of its epoch sees. */
const LEFT_OUT = 'left out'

/**
 * Log loss on kinds of prompts that training has never seen: the categories are dealt into folds, and each fold is predicted
 * by a network that was trained without it.
 */
export async function leaveKindsOut(
  data: JudgedData,
  embeddings: Float32Array,
  recipe: Recipe,
  seed: number,
  folds: number,
): Promise<LeftOutFold[]> {
  const categories = [...new Set(data.outcomes.prompts.map(({ category }) => category))].sort()
  const foldOf = new Map(categories.map((name, i) => [name, i % folds]))
  const results: LeftOutFold[] = []
  for (let fold = 0; fold < folds; fold++) {
    const isLeft = (category: string) => foldOf.get(category) === fold
    const prompts = data.outcomes.prompts.map((prompt) =>
      isLeft(prompt.category) ? { ...prompt, split: LEFT_OUT } : prompt,
    )
    const held = { ...data, outcomes: { ...data.outcomes, prompts } }
    const trained = await trainedOn(held, embeddings, recipe, seed)
    const chosen = Int32Array.from(prompts.flatMap(({ split }, p) => (split === LEFT_OUT ? [p] : [])))
    const { outcomes } = predictOutcomes(trained, held, embeddings, chosen)
    results.push({ prompts: chosen.length, outcomes: outcomes.score.length, logLoss: logLoss(outcomes) })
  }
  return results
}
