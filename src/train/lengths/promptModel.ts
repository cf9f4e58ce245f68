import { projected, withShares, widthWithShares } from '../../lengths/promptPart.js'
import type { PromptModel, PromptPart } from '../../lengths/promptPart.js'
import { at } from '../../numeric/at.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { createRandom } from '../../numeric/random.js'
import type { PreparedData } from '../data/prepareData.js'
import type { Recipe } from '../recipe.js'
import type { CountedAnswers } from './countedAnswers.js'
import { findDirections } from './directions.js'
import { findPartitions } from './partitions.js'

/** What the ridge regression multiplies inputs by, next to features of variance 1. */
const EMBEDDING_SCALE = 2.5
const SHARES_SCALE = 6

interface FittedPrompts {
  prompts: PromptModel
  /** [P] of the training prompts. */
  parts: PromptPart[]
}

/** Fits what makes vectors of prompts. A TensorFlow.js backend must have been started. */
export function fitPromptModel(
  { train, trainEmbeddings, llms }: Pick<PreparedData, 'train' | 'trainEmbeddings' | 'llms'>,
  answers: CountedAnswers,
  settings: Recipe['lengths'],
  seed: number,
): FittedPrompts {
  const [E, W] = [trainEmbeddings.columns, train.inputs.columns]
  const partitions = findPartitions(train.inputs, E, settings.clusters, seed)
  const D = widthWithShares(W, partitions.partitions)
  const inputs = matrixOf(new Float32Array(train.inputs.rows * D), D)
  const share = withShares(partitions)
  for (let p = 0; p < inputs.rows; p++) rowOf(inputs, p).set(share(rowOf(train.inputs, p)))

  const scale = Float32Array.from({ length: D }, (_, d) =>
    d < E ? EMBEDDING_SCALE : d < W ? 1 : SHARES_SCALE,
  )
  const scaled = timesColumns(inputs, scale)
  const { projection, offset } = findDirections(
    train,
    answers,
    scaled,
    llms.length,
    settings,
    createRandom(seed),
  )
  const prompts = { ...partitions, projection: timesColumns(projection, scale), offset }
  const project = projected(prompts)
  const parts = Array.from({ length: inputs.rows }, (_, p) => project(rowOf(inputs, p)))
  return { prompts, parts }
}

function timesColumns({ data, columns }: Matrix, factors: Float32Array): Matrix {
  return matrixOf(
    data.map((value, i) => value * at(factors, i % columns)),
    columns,
  )
}
