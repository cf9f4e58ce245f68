import { logLossByPrompt } from '../metrics/properScores.js'
import { at, valueAt } from '../numeric/at.js'
import { compareSystems } from './sourceMeans.js'
import type { SourceMean, Unit } from './sourceMeans.js'
import { promptsOfSplit, trainSystem } from './systems.js'
import type { Comparison } from './systems.js'

export interface UnseenCategoriesReport {
  /** Prompts and outcomes of the categories that training has not seen, all of them over all folds. */
  prompts: number
  outcomes: number
  /** Over all outcomes. */
  metrics: SourceMean[]
}

/** Split of prompts that neither training nor the choice of its epoch sees. */
const UNSEEN = 'unseen'

/**
 * Log loss on categories that training has never seen: they are dealt into folds, and each fold is predicted by networks that
 * were trained without it. A TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function evaluateUnseenCategories(
  comparison: Comparison,
  folds: number,
): Promise<UnseenCategoriesReport> {
  const { data, setups, seed } = comparison
  const categories = [...new Set(data.outcomes.prompts.map(({ category }) => category))].sort()
  const foldOf = new Map(categories.map((name, i) => [name, i % folds]))
  let [outcomes, measured] = [0, 0]
  const units = new Map(setups.map(({ name }): [string, Unit[]] => [name, []]))
  for (let fold = 0; fold < Math.min(folds, categories.length); fold++) {
    const prompts = data.outcomes.prompts.map((prompt) =>
      valueAt(foldOf, prompt.category) === fold ? { ...prompt, split: UNSEEN } : prompt,
    )
    const visible = { ...data, outcomes: { ...data.outcomes, prompts } }
    const unseen = promptsOfSplit(visible.outcomes, UNSEEN)
    for (const setup of setups) {
      const what = `fold ${fold + 1} of the categories`
      const { predict } = await trainSystem(visible, setup, comparison, what)
      const { predicted } = predict(unseen)
      if (setup === setups[0]) {
        measured += predicted.prompts
        outcomes += predicted.score.length
      }
      const { above, below } = logLossByPrompt(predicted)
      const shares = Array.from(above, (sum, p) => ({ 'log loss': { above: sum, below: at(below, p) } }))
      // All prompts as of one source: a mean over outcomes, not over categories of very different sizes.
      valueAt(units, setup.name).push(...shares.map((own) => ({ source: '', shares: own })))
    }
  }
  const systems = setups.map(({ name }) => ({ name, units: valueAt(units, name) }))
  return { prompts: measured, outcomes, metrics: compareSystems(systems, seed) }
}
