import type { FeatureSpec } from '../../card.js'
import { LLimitError } from '../../errors.js'
import { extractFeatures, featureCount, fitFeatures } from '../../features/features.js'
import { at } from '../../numeric/at.js'
import { gatherRows, matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { filterLlms } from '../../outcomes/filterLlms.js'
import type { JudgedData } from '../../outcomes/outcomes.js'
import { splitsOf } from '../../outcomes/splits.js'
import type { Recipe } from '../recipe.js'
import { categoriesOf } from './categories.js'
import { toExamples } from './examples.js'
import type { Examples } from './examples.js'
import { sourceWeights } from './sourceWeights.js'

/** Judged data, ready to be learned from. */
export interface PreparedData {
  /** Those that the training prompts know something of; others cannot be learned. */
  llms: readonly string[]
  train: Examples
  dev: Examples
  /** [P_train, E] and [P_dev, E] */
  trainEmbeddings: Matrix
  devEmbeddings: Matrix
  features: FeatureSpec
  /** Names of the categories, small ones joined; empty if the data has none. */
  categories: readonly string[]
  /** Names of the sources, sorted; '' for prompts that name none. */
  sources: readonly string[]
}

/**
 * Splits the data, fits the scaler of the features to the training prompts and puts the inputs together.
 * @param embeddings [P, E] of all prompts of the data
 * @throws LLimitError INVALID_FILE if a split has no prompt, or the dev split judges no LLM of the other.
 */
export function prepareData(all: JudgedData, embeddings: Matrix, recipe: Recipe): PreparedData {
  const { prompts } = all.outcomes
  const splits = splitsOf(prompts, recipe.data.dev_share)
  const [train, dev] = [indicesOf(splits, 'train'), indicesOf(splits, 'dev')]
  assertSplits(all, train.length, dev.length, recipe)
  const data = filterLlms(all, llmsOfSplit(all, splits, 'train'))
  const trainPrompts = Array.from(train, (p) => at(prompts, p))
  const features = fitFeatures(trainPrompts.map(({ text }) => text))
  const categories = categoriesOf(
    trainPrompts.map(({ category }) => category),
    { joinBelow: recipe.data.join_categories_below, smallest: recipe.data.smallest_category },
  )
  const sources = [...new Set(prompts.map(({ source }) => source))].sort()
  const examplesOf = (chosen: Int32Array) => {
    const own = Array.from(chosen, (p) => at(prompts, p))
    const ownEmbeddings = gatherRows(embeddings, chosen)
    const texts = own.map(({ text }) => text)
    const category = Int32Array.from(own, (prompt) => categories.indexOf(prompt.category))
    const source = Int32Array.from(own, (prompt) => sources.indexOf(prompt.source))
    const inputs = joinFeatures(ownEmbeddings, texts, features)
    return { examples: toExamples(data, chosen, inputs, { category, source }), embeddings: ownEmbeddings }
  }
  const [ofTrain, ofDev] = [examplesOf(train), examplesOf(dev)]
  if (ofDev.examples.llm.length === 0) {
    throw new LLimitError(
      'INVALID_FILE',
      `${nameOf(all)}: expected a prompt of split "dev" judged with an LLM of split "train", got none; ` +
        'give outcomes of these LLMs on dev prompts',
    )
  }
  return {
    llms: data.outcomes.llms,
    train: { ...ofTrain.examples, weight: sourceWeights(ofTrain.examples, recipe.data.source_exponent) },
    dev: ofDev.examples,
    trainEmbeddings: ofTrain.embeddings,
    devEmbeddings: ofDev.embeddings,
    features,
    categories: categories.names,
    sources,
  }
}

/** The LLMs without training data, which `prepareData` leaves out. */
export function untrainableLlms(data: JudgedData, recipe: Recipe): string[] {
  const known = llmsOfSplit(data, splitsOf(data.outcomes.prompts, recipe.data.dev_share), 'train')
  return data.outcomes.llms.filter((llm) => !known.has(llm))
}

/**
 * [P, E + F] embedding and features of each prompt.
 * @param embeddings [P, E]
 */
export function joinFeatures(embeddings: Matrix, prompts: readonly string[], spec: FeatureSpec): Matrix {
  const E = embeddings.columns
  const W = E + featureCount(spec.version)
  const inputs = matrixOf(new Float32Array(prompts.length * W), W)
  prompts.forEach((prompt, p) => {
    rowOf(inputs, p).set(rowOf(embeddings, p))
    rowOf(inputs, p).set(extractFeatures(prompt, spec), E)
  })
  return inputs
}

function assertSplits(data: JudgedData, train: number, dev: number, recipe: Recipe): void {
  if (train > 0 && dev > 0) return
  const { prompts } = data.outcomes
  const isSplitByHash = prompts.every(({ split }) => split === '')
  const remedy = isSplitByHash
    ? `they were split by a hash of the text (data.dev_share ${recipe.data.dev_share}): ` +
      'give more prompts, or a "split" to each'
    : 'give a "split" to each prompt, or to none'
  throw new LLimitError(
    'INVALID_FILE',
    `${nameOf(data)}: expected prompts of split "train" and of split "dev", ` +
      `got ${train} and ${dev} of ${prompts.length}; ${remedy}`,
  )
}

function nameOf({ files }: JudgedData): string {
  return files.length === 0 ? 'the data' : files.map(({ name }) => name).join(', ')
}

function llmsOfSplit(
  { outcomes, comparisons }: JudgedData,
  splits: readonly string[],
  wanted: string,
): ReadonlySet<string> {
  const rows = new Set<number>()
  outcomes.prompt.forEach((p, i) => {
    if (splits[p] === wanted) rows.add(at(outcomes.llm, i))
  })
  comparisons.prompt.forEach((p, i) => {
    if (splits[p] === wanted) rows.add(at(comparisons.a, i)).add(at(comparisons.b, i))
  })
  return new Set(outcomes.llms.filter((_, row) => rows.has(row)))
}

function indicesOf(splits: readonly string[], wanted: string): Int32Array {
  return Int32Array.from(splits.flatMap((split, p) => (split === wanted ? [p] : [])))
}
