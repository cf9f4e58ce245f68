import { llmMeans } from '../evaluate/baselines/llmMeans.js'
import { outcomesOfSplit } from '../evaluate/selectOutcomes.js'
import { at } from '../numeric/at.js'
import { rowsByName } from '../numeric/indices.js'
import type { JudgedData, Outcomes } from '../outcomes/outcomes.js'
import type { Recipe } from '../train/recipe.js'
import { trainPredictor } from '../train/trainModel.js'
import type { Predictor } from '../train/trainModel.js'
import { deviationsFor } from './deviations.js'
import type { DeviationOf } from './deviations.js'
import { predictOutcomes } from './predictOutcomes.js'
import type { EmbeddedData, PredictedOutcomes } from './predictOutcomes.js'

export interface NamedRecipe {
  name: string
  recipe: Recipe
}

/** What a system says of some prompts, hidden outcomes included. @param chosen prompts, ascending */
export type Predict = (chosen: Int32Array) => {
  predicted: PredictedOutcomes
  /** Undefined if the system has no intervals. */
  deviationOf: DeviationOf | undefined
}

/**
 * A recipe trained on what is visible. A TensorFlow.js backend must have been started.
 * @throws LLimitError as `trainPredictor` does.
 */
export async function trainSystem(
  visible: JudgedData,
  embedded: EmbeddedData,
  recipe: Recipe,
  seed: number,
): Promise<{ predict: Predict; predictor: Predictor }> {
  const predictor = await trainPredictor({ data: visible, embeddings: embedded.embeddings, recipe, seed })
  const deviations = deviationsFor(predictor, embedded, recipe, seed)
  const predict = (chosen: Int32Array) => ({
    predicted: predictOutcomes(predictor, embedded, chosen),
    deviationOf: deviations(chosen),
  })
  return { predict, predictor }
}

/** Each LLM by one number, whatever the prompt. @param values of the LLMs `llms` */
export function constantSystem(
  embedded: EmbeddedData,
  llms: readonly string[],
  values: Float64Array,
): Predict {
  const rows = rowsByName(llms)
  const constantOf = (llm: string) => {
    const row = rows.get(llm)
    return row === undefined ? undefined : at(values, row)
  }
  return (chosen) => ({ predicted: predictOutcomes(constantOf, embedded, chosen), deviationOf: undefined })
}

/** Each LLM by the mean of its visible training outcomes, whatever they are on. */
export function meanSystem(visible: JudgedData, embedded: EmbeddedData): Predict {
  const means = llmMeans(outcomesOfSplit(visible.outcomes, 'train').outcomes)
  return constantSystem(embedded, visible.outcomes.llms, means)
}

/** The prompts of a source that a training could have seen. */
export function promptsOfSource({ prompts }: Outcomes, wanted: string): Int32Array {
  const isOwn = ({ source, split }: Outcomes['prompts'][number]) =>
    source === wanted && ['train', 'dev'].includes(split)
  return Int32Array.from(prompts.flatMap((prompt, p) => (isOwn(prompt) ? [p] : [])))
}
