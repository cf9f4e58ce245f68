import { logLoss } from '../metrics/properScores.js'
import { valueAt } from '../numeric/at.js'
import type { Recipe } from '../train/recipe.js'
import { trainPredictor } from '../train/trainModel.js'
import { predictOutcomes } from './predictOutcomes.js'
import type { EmbeddedData } from './predictOutcomes.js'

export interface CategoryFold {
  /** Prompts and outcomes of the categories that training has not seen. */
  prompts: number
  outcomes: number
  logLoss: number
}

/** Split of prompts that neither training nor the choice of its epoch sees. */
const UNSEEN = 'unseen'

/**
 * Log loss on categories that training has never seen: they are dealt into folds, and each fold is predicted by a network
 * that was trained without it. A TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function crossValidateCategories(
  { data, embeddings }: EmbeddedData,
  recipe: Recipe,
  seed: number,
  folds: number,
): Promise<CategoryFold[]> {
  const categories = [...new Set(data.outcomes.prompts.map(({ category }) => category))].sort()
  const foldOf = new Map(categories.map((name, i) => [name, i % folds]))
  const results: CategoryFold[] = []
  for (let fold = 0; fold < folds; fold++) {
    const prompts = data.outcomes.prompts.map((prompt) =>
      valueAt(foldOf, prompt.category) === fold ? { ...prompt, split: UNSEEN } : prompt,
    )
    const heldOut = { ...data, outcomes: { ...data.outcomes, prompts } }
    const predictor = await trainPredictor({ data: heldOut, embeddings, recipe, seed })
    const unseen = Int32Array.from(prompts.flatMap(({ split }, p) => (split === UNSEEN ? [p] : [])))
    const outcomes = predictOutcomes(predictor, { data: heldOut, embeddings }, unseen)
    results.push({ prompts: unseen.length, outcomes: outcomes.score.length, logLoss: logLoss(outcomes) })
  }
  return results
}
