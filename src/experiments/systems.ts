import { llmMeans } from '../evaluate/baselines/llmMeans.js'
import { outcomesOfSplit } from '../evaluate/selectOutcomes.js'
import { at } from '../numeric/at.js'
import { rowsByName } from '../numeric/indices.js'
import type { Matrix } from '../numeric/matrix.js'
import type { JudgedData, Outcomes } from '../outcomes/outcomes.js'
import type { BlendTraining } from '../train/loop/trainBlend.js'
import type { Recipe } from '../train/recipe.js'
import { trainPredictor } from '../train/trainModel.js'
import type { Predictor } from '../train/trainModel.js'
import { evidenceOf } from './chosenEvidence.js'
import type { ChosenEvidence } from './chosenEvidence.js'
import { predictOutcomes, predictWith } from './predictOutcomes.js'
import type { PredictedOutcomes } from './predictOutcomes.js'

/** What is trained and measured: a recipe, on the vectors of an encoder. */
export interface TrainingSetup {
  name: string
  recipe: Recipe
  /** [P, E] of all prompts, which may learn from the texts of split train. */
  embed: (prompts: Outcomes['prompts']) => Matrix | Promise<Matrix>
}

/** What every evaluation with something left out takes. */
export interface Comparison {
  /** With splits. */
  data: JudgedData
  /** The first is the one that the others are compared with. */
  setups: readonly TrainingSetup[]
  seed: number
  /** Called before each training with what is left out and who is trained. */
  onTraining?: (description: string) => void
  onEpoch?: BlendTraining['onEpoch']
}

/** What a system says of some prompts, hidden outcomes included. @param chosen prompts, ascending */
export type Predict<E = ChosenEvidence | undefined> = (chosen: Int32Array) => {
  predicted: PredictedOutcomes
  /** Undefined if the system has none. */
  evidence: E
}

export interface TrainedSystem {
  predict: Predict<ChosenEvidence>
  predictor: Predictor
}

/**
 * A setup trained on what is visible. A TensorFlow.js backend must have been started.
 * @param leftOut a name for what is hidden
 * @throws LLimitError as `trainPredictor` does.
 */
export async function trainSystem(
  visible: JudgedData,
  { name, recipe, embed }: TrainingSetup,
  { data, seed, onTraining, onEpoch }: Comparison,
  leftOut: string,
): Promise<TrainedSystem> {
  onTraining?.(`without ${leftOut}: ${name}`)
  const embeddings = await embed(visible.outcomes.prompts)
  const embedded = { data, embeddings }
  const predictor = await trainPredictor({
    data: visible,
    embeddings,
    recipe,
    seed,
    ...(onEpoch && { onEpoch }),
  })
  const evidenceFor = evidenceOf(predictor, embedded, recipe, seed)
  const predict = (chosen: Int32Array) => {
    const evidence = evidenceFor(chosen)
    const { factors } = evidence
    return { predicted: predictOutcomes(predictor, embedded, chosen, { factors }), evidence }
  }
  return { predict, predictor }
}

/** Each LLM by one number, whatever the prompt. @param values of the LLMs `llms` */
export function constantSystem(data: JudgedData, llms: readonly string[], values: Float64Array): Predict {
  const rows = rowsByName(llms)
  const constantOf = (llm: string) => {
    const row = rows.get(llm)
    return row === undefined ? undefined : at(values, row)
  }
  return (chosen) => ({
    predicted: predictWith(constantOf, data, chosen),
    evidence: undefined,
  })
}

/** Each LLM by the mean of its visible training outcomes, whatever they are on. */
export function meanSystem(visible: JudgedData, data: JudgedData): Predict {
  const means = llmMeans(outcomesOfSplit(visible.outcomes, 'train').outcomes)
  return constantSystem(data, visible.outcomes.llms, means)
}

/** The prompts of a split, ascending. */
export function promptsOfSplit({ prompts }: Outcomes, wanted: string): Int32Array {
  return Int32Array.from(prompts.flatMap(({ split }, p) => (split === wanted ? [p] : [])))
}

/** The prompts of a source that a training could have seen. */
export function promptsOfSource({ prompts }: Outcomes, wanted: string): Int32Array {
  const isOwn = ({ source, split }: Outcomes['prompts'][number]) =>
    source === wanted && ['train', 'dev'].includes(split)
  return Int32Array.from(prompts.flatMap((prompt, p) => (isOwn(prompt) ? [p] : [])))
}
