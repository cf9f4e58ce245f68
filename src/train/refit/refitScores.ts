import { at } from '../../numeric/at.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import { minimize } from '../../numeric/minimize.js'
import type { Examples } from '../data/examples.js'
import type { Recipe } from '../recipe.js'
import { informationOfBlock, outcomeBlocks } from './outcomeBlocks.js'
import type { OutcomeBlock } from './outcomeBlocks.js'
import { addRows, partCount, partsOf, scoreObjective, scoresOf, sourceLevel } from './scoreModel.js'
import type { ScoreShape, ScoreVariances } from './scoreModel.js'

export interface RefittedScores {
  /** [M, K] class scores */
  scores: Matrix
  /** [M, K] what the outcomes say of each: the sum of p (1 - p) · gate. */
  information: Matrix
  /** Of the abilities of all LLMs, as a prior for one. */
  abilityVariance: number
}

/** Of the first round. */
const FIRST_ABILITY_VARIANCE = 1

/** Of a whitened gradient, whose values go into the hundreds at first. */
const TOLERANCE = 1e-3

/**
 * The table of class scores at its optimum, for gates that stay as they are: Adam, whose steps are as long for the one ability of
 * an LLM as for each of its K scores, does not reach it, and what an LLM was never judged on then hangs on an ability that has
 * hardly been learned. The variance of ability is found by expectation maximization (Laplace's approximation). A TensorFlow.js
 * backend must have been started.
 * @param train with outcomes
 * @param gates [P, K] of the prompts of `train`
 */
export function refitScores(
  train: Examples,
  gates: Matrix,
  counts: { llms: number; sources: number },
  { rounds, iterations, deviation_variance, source_variance }: Recipe['kinds']['refit'],
): RefittedScores {
  const shape: ScoreShape = { ...counts, classes: gates.columns }
  let variances: ScoreVariances = {
    ability: FIRST_ABILITY_VARIANCE,
    deviation: deviation_variance,
    source: source_variance,
  }
  let x = new Float64Array(partCount(shape))
  const blocks = outcomeBlocks(train, gates)
  try {
    for (let round = 1; ; round++) {
      const rule = { maxIterations: iterations, tolerance: TOLERANCE }
      x = Float64Array.from(minimize(scoreObjective(blocks, shape, variances), x, rule))
      const scores = scoresOf(x, shape, variances)
      const information = informationOf(blocks, x, shape, variances)
      const ability = abilityVariance(x, information, shape, variances)
      if (round >= rounds) return { scores, information, abilityVariance: ability }
      // The same abilities, in units of the new deviation.
      const unit = Math.sqrt(variances.ability / ability)
      partsOf(x, shape).ability.forEach((value, l, own) => (own[l] = unit * value))
      variances = { ...variances, ability }
    }
  } finally {
    for (const { gate } of blocks) gate.dispose()
  }
}

function informationOf(
  blocks: readonly OutcomeBlock[],
  x: Float64Array,
  shape: ScoreShape,
  variances: ScoreVariances,
): Matrix {
  const information = matrixOf(new Float32Array(shape.llms * shape.classes), shape.classes)
  const scores = scoresOf(x, shape, variances)
  for (const block of blocks) {
    const level = sourceLevel(x, shape, variances, block.source)
    addRows(information, block.llms, informationOfBlock(block, scores, level))
  }
  return information
}

/** Mean of the square of each ability and of its posterior variance. */
function abilityVariance(
  x: Float64Array,
  information: Matrix,
  shape: ScoreShape,
  variances: ScoreVariances,
): number {
  const { ability } = partsOf(x, shape)
  const sum = ability.reduce(
    (total, value, l) =>
      total +
      variances.ability * value ** 2 +
      1 / (1 / variances.ability + abilityPrecision(rowOf(information, l), variances.deviation)),
    0,
  )
  return sum / shape.llms
}

/**
 * What outcomes say of the ability of an LLM if its deviations are unknown: a class tells no more of it than the variance of the
 * deviation lets it, however many outcomes it has.
 * @param information [K]
 */
export function abilityPrecision(information: Float32Array, deviationVariance: number): number {
  return information.reduce((sum, known) => sum + known / (1 + deviationVariance * known), 0)
}

/**
 * Where an LLM has many outcomes on a class, the score that was trained together with the gate; where it has none, the one that
 * was fitted, which falls back on its ability.
 * @param trained [M, K] class scores
 * @param halfway information at which both count alike
 * @returns [M, K]
 */
export function blendScores(
  trained: Matrix,
  { scores, information }: Pick<RefittedScores, 'scores' | 'information'>,
  halfway: number,
): Matrix {
  const blended = trained.data.map((value, i) => {
    const share = at(information.data, i) / (at(information.data, i) + halfway)
    return share * value + (1 - share) * at(scores.data, i)
  })
  return matrixOf(blended, trained.columns)
}
