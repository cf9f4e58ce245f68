import type { FeatureSpec } from '../../card.js'
import { LLimitError } from '../../errors.js'
import { extractFeatures, featureCount, fitFeatures } from '../../features/features.js'
import { filterLlms } from '../../outcomes/filterLlms.js'
import type { JudgedData } from '../../outcomes/outcomes.js'
import { splitsOf } from '../../outcomes/splits.js'
import { toExamples } from './examples.js'
import type { Examples } from './examples.js'
import type { Recipe } from '../recipe.js'

/** Name under which the categories with few prompts are joined. */
const SMALL_CATEGORIES = 'other'

/** Judged data, ready to be learnt from. */
export interface Prepared {
  /** Those that the training prompts know something of; others cannot be learnt. */
  llms: readonly string[]
  train: Examples
  dev: Examples
  /** [P_train, E] and [P_dev, E] */
  trainEmbeddings: Float32Array
  devEmbeddings: Float32Array
  features: FeatureSpec
  /** Names of the categories, small ones joined; empty where the data has none. */
  categories: readonly string[]
}

/**
 * Splits the data, fits the scaler of the features to the training prompts and puts the inputs together.
 * @param embeddings [P, E] of all prompts of the data
 * @throws LLimitError INVALID_REQUEST where a split has no prompt, or the dev split judges no LLM of the other.
 */
export function prepare(all: JudgedData, embeddings: Float32Array, recipe: Recipe): Prepared {
  const { prompts } = all.outcomes
  const E = embeddings.length / prompts.length
  const splits = splitsOf(prompts, recipe.data.dev_share)
  const data = filterLlms(all, llmsOfSplit(all, splits, 'train'))
  const [train, dev] = ['train', 'dev'].map((wanted) => indicesWhere(splits, (split) => split === wanted))
  if (train === undefined || dev === undefined || train.length === 0 || dev.length === 0) {
    const hint = prompts.some(({ split }) => split !== '')
      ? ''
      : `, by a hash of the text (data.dev_share ${recipe.data.dev_share}); give more prompts, or a "split" to each`
    throw new LLimitError(
      'INVALID_REQUEST',
      `training needs prompts of split "train" and of split "dev"; the data has ${count(splits, 'train')} and ${count(splits, 'dev')} of ${splits.length}${hint}`,
    )
  }
  const features = fitFeatures(Array.from(train, (p) => prompts[p]?.text ?? ''))
  const categories = categoriesOf(
    Array.from(train, (p) => prompts[p]?.category ?? ''),
    recipe,
  )
  const rowOfCategory = new Map(categories.map((name, row) => [name, row]))
  const examplesOf = (chosen: Int32Array) => {
    const own = rowsOf(embeddings, chosen, E)
    const inputs = joinFeatures(
      own,
      Array.from(chosen, (p) => prompts[p]?.text ?? ''),
      features,
    )
    const category = Int32Array.from(chosen, (p) => {
      const name = prompts[p]?.category ?? ''
      return name === '' ? -1 : (rowOfCategory.get(name) ?? rowOfCategory.get(SMALL_CATEGORIES) ?? -1)
    })
    return { examples: toExamples(data, chosen, inputs, category), embeddings: own }
  }
  const [ofTrain, ofDev] = [examplesOf(train), examplesOf(dev)]
  if (ofDev.examples.llm.length === 0) {
    throw new LLimitError(
      'INVALID_REQUEST',
      'no prompt of split "dev" is judged with an LLM of split "train"',
    )
  }
  return {
    llms: data.outcomes.llms,
    train: ofTrain.examples,
    dev: ofDev.examples,
    trainEmbeddings: ofTrain.embeddings,
    devEmbeddings: ofDev.embeddings,
    features,
    categories,
  }
}

/** The LLMs of the data that no training prompt knows, which `prepare` leaves out. */
export function unknownLlms(data: JudgedData, recipe: Recipe): string[] {
  const known = llmsOfSplit(data, splitsOf(data.outcomes.prompts, recipe.data.dev_share), 'train')
  return data.outcomes.llms.filter((llm) => !known.has(llm))
}

/** [P, E + F] embedding and features of each prompt. */
export function joinFeatures(
  embeddings: Float32Array,
  prompts: readonly string[],
  spec: FeatureSpec,
): Float32Array {
  const E = embeddings.length / prompts.length
  const F = featureCount(spec.version)
  const inputs = new Float32Array(prompts.length * (E + F))
  prompts.forEach((prompt, p) => {
    inputs.set(embeddings.subarray(p * E, (p + 1) * E), p * (E + F))
    inputs.set(extractFeatures(prompt, spec), p * (E + F) + E)
  })
  return inputs
}

function llmsOfSplit(
  { outcomes, comparisons }: JudgedData,
  splits: readonly string[],
  wanted: string,
): ReadonlySet<string> {
  const found = new Set<number>()
  outcomes.prompt.forEach((p, i) => {
    if (splits[p] === wanted) found.add(outcomes.llm[i] ?? -1)
  })
  comparisons.prompt.forEach((p, i) => {
    if (splits[p] === wanted) found.add(comparisons.a[i] ?? -1).add(comparisons.b[i] ?? -1)
  })
  return new Set(outcomes.llms.filter((_, row) => found.has(row)))
}

/** Sorted, those with few prompts joined in one; none where no prompt has a category. */
function categoriesOf(categories: readonly string[], { data }: Recipe): string[] {
  const sizes = new Map<string, number>()
  for (const name of categories) if (name !== '') sizes.set(name, (sizes.get(name) ?? 0) + 1)
  const large = [...sizes].filter(([, size]) => size >= data.smallest_category).map(([name]) => name)
  const names = large.length < sizes.size ? [...large, SMALL_CATEGORIES] : large
  return [...new Set(names)].sort()
}

function rowsOf(matrix: Float32Array, chosen: Int32Array, width: number): Float32Array {
  const rows = new Float32Array(chosen.length * width)
  chosen.forEach((row, i) => rows.set(matrix.subarray(row * width, (row + 1) * width), i * width))
  return rows
}

function indicesWhere<T>(values: readonly T[], wanted: (value: T) => boolean): Int32Array {
  return Int32Array.from(values.flatMap((value, i) => (wanted(value) ? [i] : [])))
}

function count(splits: readonly string[], wanted: string): number {
  return splits.filter((split) => split === wanted).length
}
