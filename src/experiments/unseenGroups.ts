import { bootstrap, difference } from '../metrics/bootstrap.js'
import type { Estimate } from '../metrics/bootstrap.js'
import { logLoss, logLossStatistic } from '../metrics/properScores.js'
import type { ScoredOutcomes } from '../metrics/scoredOutcomes.js'
import { at, valueAt } from '../numeric/at.js'
import type { Matrix } from '../numeric/matrix.js'
import type { JudgedData } from '../outcomes/outcomes.js'
import type { Recipe } from '../train/recipe.js'
import { trainPredictor } from '../train/trainModel.js'
import { predictOutcomes } from './predictOutcomes.js'

/** What is left out of training as a whole: the prompts of a category, or of a source. */
export type GroupKind = 'category' | 'source'

export interface GroupFold {
  /** Prompts and outcomes of the groups that training has not seen. */
  prompts: number
  outcomes: number
  logLoss: number
}

export interface UnseenGroups {
  folds: GroupFold[]
  /** The predicted outcomes of all folds, one fold's prompts after the other's. */
  predicted: ScoredOutcomes
}

interface UnseenGroupsRequest {
  data: JudgedData
  /** [P, E] of all prompts, where only those of split train and dev may be learnt from. */
  embed: (prompts: JudgedData['outcomes']['prompts']) => Matrix | Promise<Matrix>
  kind: GroupKind
  recipe: Recipe
  seed: number
  folds: number
}

/** Split of prompts that neither training nor the choice of its epoch sees. */
const UNSEEN = 'unseen'

/**
 * Predictions for groups that training has never seen: they are dealt into folds, and each fold is predicted by a network
 * that was trained without it. A TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function crossValidateGroups(request: UnseenGroupsRequest): Promise<UnseenGroups> {
  const { data, embed, kind, recipe, seed, folds } = request
  const groups = [...new Set(data.outcomes.prompts.map((prompt) => prompt[kind]))].sort()
  const foldOf = new Map(groups.map((name, i) => [name, i % folds]))
  const predictions: ScoredOutcomes[] = []
  for (let fold = 0; fold < Math.min(folds, groups.length); fold++) {
    const prompts = data.outcomes.prompts.map((prompt) =>
      valueAt(foldOf, prompt[kind]) === fold ? { ...prompt, split: UNSEEN } : prompt,
    )
    const heldOut = { ...data, outcomes: { ...data.outcomes, prompts } }
    const embeddings = await embed(prompts)
    const predictor = await trainPredictor({ data: heldOut, embeddings, recipe, seed })
    const unseen = Int32Array.from(prompts.flatMap(({ split }, p) => (split === UNSEEN ? [p] : [])))
    predictions.push(predictOutcomes(predictor, { data: heldOut, embeddings }, unseen))
  }
  const summaries = predictions.map((outcomes) => {
    return { prompts: outcomes.prompts, outcomes: outcomes.score.length, logLoss: logLoss(outcomes) }
  })
  return { folds: summaries, predicted: endToEnd(predictions) }
}

/** How much greater the log loss of `a` is than that of `b` on the same outcomes, with its 95 % interval over prompts. */
export function logLossDifference(a: ScoredOutcomes, b: ScoredOutcomes, seed: number): Estimate | undefined {
  const [left, right] = bootstrap([logLossStatistic(a), logLossStatistic(b)], a.prompts, { seed })
  return left === undefined || right === undefined ? undefined : difference(left, right)
}

function endToEnd(parts: readonly ScoredOutcomes[]): ScoredOutcomes {
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((sum, { prompts }) => sum + prompts, 0))
  return {
    prompts: parts.reduce((sum, { prompts }) => sum + prompts, 0),
    prompt: Int32Array.from(parts.flatMap(({ prompt }, i) => Array.from(prompt, (p) => p + at(offsets, i)))),
    score: Float64Array.from(parts.flatMap(({ score }) => Array.from(score))),
    prediction: Float64Array.from(parts.flatMap(({ prediction }) => Array.from(prediction))),
  }
}
