import type { Matrix } from '../../numeric/matrix.js'
import type { DenseNetworkWeights, GatedBranch, Tower } from '../../scorer/networkWeights.js'
import * as kinds from './gatedMixture.js'
import type { KindsPlan } from './gatedMixture.js'
import { valueOf } from '../autodiff/parameters.js'
import type { Parameter, Parameters } from '../autodiff/parameters.js'
import * as tower from './tower.js'
import type { TowerPlan } from './tower.js'

/**
 * A trained gated mixture as it is saved: the scale of the embedding goes into the kernel of the gate, and the offsets of
 * LLMs and classes into the class scores, which a softmax of sum 1 leaves as it is.
 * @param share its weight in the blend
 */
export function gatedBranchOf(plan: KindsPlan, parameters: Parameters, share: number): GatedBranch {
  const { embedding: E, embeddingScale, llms: M, kinds: K } = plan
  const of = (name: string) => valueOf(parameters, name).data
  const [level, ofLlm] = [of(kinds.KIND_LEVEL), of(kinds.KIND_OF_LLM)]
  return {
    gateKernel: {
      ...toMatrix(valueOf(parameters, kinds.GATE_KERNEL)),
      data: of(kinds.GATE_KERNEL).map((value, i) => (i < E * K ? embeddingScale * value : value)),
    },
    gateBias: of(kinds.GATE_BIAS),
    classScores: {
      rows: M,
      columns: K,
      data: of(kinds.KIND_TABLE).map(
        (value, i) => share * (value + (level[i % K] ?? NaN) + (ofLlm[Math.floor(i / K)] ?? NaN)),
      ),
    },
  }
}

/** A trained tower as it is saved: the two parts of its first layer become one kernel. */
export function towerWeights(
  plan: TowerPlan,
  parameters: Parameters,
  share: number,
): { tower: Tower; llmBias: Float32Array } {
  const of = (name: string) => valueOf(parameters, name)
  const first = stack(of(tower.FIRST_OF_PROMPT), of(tower.FIRST_OF_LLM))
  const kernels = [first, ...plan.hidden.map((_, n) => toMatrix(of(tower.kernelOf(n + 1))))]
  const scaleLast = (data: Float32Array, n: number) =>
    n === plan.hidden.length ? data.map((value) => share * value) : data
  const layers = kernels.map((kernel, n) => ({
    kernel: { ...kernel, data: scaleLast(kernel.data, n) },
    bias: scaleLast(of(tower.biasOf(n)).data, n),
  }))
  return {
    tower: { llmVectors: toMatrix(of(tower.LLM_VECTORS)), layers },
    llmBias: of(tower.LLM_BIAS).data.map((value) => share * value),
  }
}

/** The width of everything that belongs to one LLM, and all of it row by row: what a new LLM has to be given. */
export function llmRows(weights: DenseNetworkWeights): Matrix {
  const tables = llmTables(weights)
  const columns = tables.reduce((sum, table) => sum + table.columns, 0)
  const rows = tables[0]?.rows ?? 0
  const data = new Float32Array(rows * columns)
  let start = 0
  for (const table of tables) {
    for (let row = 0; row < rows; row++) {
      data.set(table.data.subarray(row * table.columns, (row + 1) * table.columns), row * columns + start)
    }
    start += table.columns
  }
  return { rows, columns, data }
}

/** The tables with a row for each LLM, in the order in which they make up its row. */
export function llmTables({ towers, llmBias, gatedBranches }: DenseNetworkWeights): Matrix[] {
  const bias = llmBias === undefined ? [] : [{ rows: llmBias.length, columns: 1, data: llmBias }]
  return [
    ...towers.map(({ llmVectors }) => llmVectors),
    ...bias,
    ...gatedBranches.map(({ classScores }) => classScores),
  ]
}

/** The network with one more LLM, whose row is given as `llmRows` has it. */
export function withLlm(weights: DenseNetworkWeights, row: Float32Array): DenseNetworkWeights {
  let start = 0
  const extended = llmTables(weights).map((table) => {
    const data = new Float32Array(table.data.length + table.columns)
    data.set(table.data)
    data.set(row.subarray(start, start + table.columns), table.data.length)
    start += table.columns
    return { rows: table.rows + 1, columns: table.columns, data }
  })
  const next = () => extended.shift() ?? { rows: 0, columns: 0, data: new Float32Array() }
  const towers = weights.towers.map((tower) => ({ ...tower, llmVectors: next() }))
  const bias = weights.llmBias === undefined ? {} : { llmBias: next().data }
  const gatedBranches = weights.gatedBranches.map((branch) => ({ ...branch, classScores: next() }))
  return { ...weights, towers, ...bias, gatedBranches }
}

function toMatrix({ shape: [rows = 0, columns = 0], data }: Parameter): Matrix {
  return { rows, columns, data }
}

/** [a.rows + b.rows, columns] */
function stack(a: Parameter, b: Parameter): Matrix {
  const data = new Float32Array(a.data.length + b.data.length)
  data.set(a.data)
  data.set(b.data, a.data.length)
  const columns = a.shape[1] ?? 0
  return { rows: data.length / columns, columns, data }
}
