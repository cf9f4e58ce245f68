/* eslint-disable @typescript-eslint/non-nullable-type-assertion-style --
   The loops over all M x K class scores in every step of a fit: at() makes them several times slower. Every index is below a
   length by construction. */
import { at } from '../../numeric/at.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { Objective } from '../../numeric/minimize.js'
import { fitOfBlock } from './outcomeBlocks.js'
import type { OutcomeBlock } from './outcomeBlocks.js'

/** Prior variances of what a class score is made of; that of the level of a class is nearly flat. */
export interface ScoreVariances {
  ability: number
  deviation: number
  /** 0: sources have no level of their own. */
  source: number
}

/** Precision of the level of a class. */
const LEVEL_PRECISION = 0.02

/** M LLMs, K classes, S sources. */
export interface ScoreShape {
  llms: number
  classes: number
  sources: number
}

/**
 * What a table of class scores is made of: the score of LLM l on class k is level[k] + ability[l] + deviation[l, k], and in
 * training the logits of source s are all moved by source[s]. Every number but the levels is in units of its prior's standard
 * deviation, which makes the fit well conditioned. Views into one vector of K + M + M K + S numbers.
 */
interface ScoreParts {
  /** [K] */
  level: Float64Array
  /** [M] */
  ability: Float64Array
  /** [M * K] */
  deviation: Float64Array
  /** [S] */
  source: Float64Array
}

export function partsOf(x: Float64Array, { llms: M, classes: K }: ScoreShape): ScoreParts {
  return {
    level: x.subarray(0, K),
    ability: x.subarray(K, K + M),
    deviation: x.subarray(K + M, K + M + M * K),
    source: x.subarray(K + M + M * K),
  }
}

export function partCount({ llms: M, classes: K, sources: S }: ScoreShape): number {
  return K + M + M * K + S
}

/** [M, K] */
export function scoresOf(x: Float64Array, shape: ScoreShape, variances: ScoreVariances): Matrix {
  const { level, ability, deviation } = partsOf(x, shape)
  const K = shape.classes
  const [ofAbility, ofDeviation] = [Math.sqrt(variances.ability), Math.sqrt(variances.deviation)]
  const scores = new Float32Array(deviation.length)
  for (let i = 0; i < scores.length; i++) {
    scores[i] =
      (level[i % K] as number) +
      ofAbility * (ability[Math.floor(i / K)] as number) +
      ofDeviation * (deviation[i] as number)
  }
  return matrixOf(scores, K)
}

export function sourceLevel(
  x: Float64Array,
  shape: ScoreShape,
  variances: ScoreVariances,
  s: number,
): number {
  return Math.sqrt(variances.source) * at(partsOf(x, shape).source, s)
}

/**
 * The negative logarithm of what outcomes and priors say of the parts of a table: sums over the outcomes, not means, so that the
 * variances mean what they say. A TensorFlow.js backend must have been started.
 */
export function scoreObjective(
  blocks: readonly OutcomeBlock[],
  shape: ScoreShape,
  variances: ScoreVariances,
): Objective {
  return (x, gradient) => {
    const scores = scoresOf(x, shape, variances)
    const byScores = matrixOf(new Float32Array(scores.data.length), shape.classes)
    const bySource = new Float64Array(shape.sources)
    let loss = 0
    for (const block of blocks) {
      const fit = fitOfBlock(block, scores, sourceLevel(x, shape, variances, block.source))
      loss += fit.loss
      bySource[block.source] = at(bySource, block.source) + fit.byLevel
      addRows(byScores, block.llms, fit.byScores)
    }
    return loss + addPriors(x, shape, variances, { byScores, bySource }, gradient)
  }
}

/** Adds rows [m, K] to those of a matrix [M, K]. */
export function addRows(matrix: Matrix, rows: Int32Array, values: Float32Array): void {
  const K = matrix.columns
  rows.forEach((row, i) => {
    const target = rowOf(matrix, row)
    for (let k = 0; k < K; k++) target[k] = (target[k] as number) + (values[i * K + k] as number)
  })
}

/** Writes the whole gradient. @returns the penalties of the priors */
function addPriors(
  x: Float64Array,
  shape: ScoreShape,
  variances: ScoreVariances,
  { byScores, bySource }: { byScores: Matrix; bySource: Float64Array },
  gradient: Float64Array,
): number {
  const K = shape.classes
  const [ofAbility, ofDeviation] = [Math.sqrt(variances.ability), Math.sqrt(variances.deviation)]
  const parts = partsOf(x, shape)
  const by = partsOf(gradient, shape)
  by.level.forEach((_, k) => (by.level[k] = LEVEL_PRECISION * at(parts.level, k)))
  by.ability.forEach((_, l) => (by.ability[l] = at(parts.ability, l)))
  by.source.forEach((_, s) => {
    by.source[s] = at(parts.source, s) + Math.sqrt(variances.source) * at(bySource, s)
  })
  for (let i = 0; i < byScores.data.length; i++) {
    const derivative = byScores.data[i] as number
    const k = i % K
    const m = Math.floor(i / K)
    by.level[k] = (by.level[k] as number) + derivative
    by.ability[m] = (by.ability[m] as number) + ofAbility * derivative
    by.deviation[i] = (parts.deviation[i] as number) + ofDeviation * derivative
  }
  const squares = (values: Float64Array) => values.reduce((sum, value) => sum + value * value, 0)
  const whitened = squares(parts.ability) + squares(parts.deviation) + squares(parts.source)
  return (whitened + LEVEL_PRECISION * squares(parts.level)) / 2
}
