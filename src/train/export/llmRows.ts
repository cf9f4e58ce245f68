import { at } from '../../numeric/at.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'

/** [M, W] everything that belongs to one LLM, in one row: what a new LLM has to be given. */
export function llmRows(weights: DenseNetworkWeights): Matrix {
  const tables = llmTables(weights)
  const width = tables.reduce((sum, { columns }) => sum + columns, 0)
  const data = new Float32Array(at(tables, 0).rows * width)
  let start = 0
  for (const table of tables) {
    for (let row = 0; row < table.rows; row++) data.set(rowOf(table, row), row * width + start)
    start += table.columns
  }
  return matrixOf(data, width)
}

/** The tables with a row for each LLM, in the order in which they make up its row. */
export function llmTables({ towers, llmBias, gatedBranches }: DenseNetworkWeights): Matrix[] {
  return [
    ...towers.map(({ llmVectors }) => llmVectors),
    ...(llmBias === undefined ? [] : [matrixOf(llmBias, 1)]),
    ...gatedBranches.map(({ classScores }) => classScores),
  ]
}

/**
 * The network with one more LLM.
 * @param row [W] as `llmRows` has it
 * @throws RangeError for a row of another width.
 */
export function withLlm(weights: DenseNetworkWeights, row: Float32Array): DenseNetworkWeights {
  let start = 0
  const extend = ({ columns, data }: Matrix): Matrix => {
    const extended = new Float32Array(data.length + columns)
    extended.set(data)
    extended.set(row.subarray(start, start + columns), data.length)
    start += columns
    return matrixOf(extended, columns)
  }
  // In the order of `llmTables`.
  const towers = weights.towers.map((tower) => ({ ...tower, llmVectors: extend(tower.llmVectors) }))
  const bias = weights.llmBias === undefined ? {} : { llmBias: extend(matrixOf(weights.llmBias, 1)).data }
  const gatedBranches = weights.gatedBranches.map((branch) => ({
    ...branch,
    classScores: extend(branch.classScores),
  }))
  if (start !== row.length) throw new RangeError(`expected a row of ${start} numbers, got ${row.length}`)
  return { ...weights, towers, ...bias, gatedBranches }
}
