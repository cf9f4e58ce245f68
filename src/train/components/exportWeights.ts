import { at, valueAt } from '../../numeric/at.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { Parameters } from '../autodiff/parameters.js'
import type { ComponentWeights } from './component.js'
import * as mixture from './gatedMixture.js'
import type { GatedMixtureSettings } from './gatedMixture.js'
import * as tower from './tower.js'
import type { TowerSettings } from './tower.js'

/**
 * A trained gated mixture as it is saved: the scale of the embedding goes into the kernel of the gate, and the offsets of
 * LLMs and classes into the class scores, which a softmax of sum 1 leaves as it is.
 * @param blendWeight of the component, which goes into the class scores
 */
export function exportGatedMixture(
  { embedding: E, embeddingScale, classes: K }: GatedMixtureSettings,
  parameters: Parameters,
  blendWeight: number,
): ComponentWeights {
  const dataOf = (name: string) => valueAt(parameters, name).data
  const [classOffset, llmOffset] = [dataOf(mixture.CLASS_OFFSET), dataOf(mixture.LLM_OFFSET)]
  const kernel = dataOf(mixture.GATE_KERNEL).map((value, i) => (i < E * K ? embeddingScale * value : value))
  const scores = dataOf(mixture.CLASS_SCORES).map(
    (value, i) => blendWeight * (value + at(classOffset, i % K) + at(llmOffset, Math.floor(i / K))),
  )
  const branch = {
    gateKernel: matrixOf(kernel, K),
    gateBias: dataOf(mixture.GATE_BIAS),
    classScores: matrixOf(scores, K),
  }
  return { towers: [], gatedBranches: [branch] }
}

/**
 * A trained tower as it is saved: the two blocks of its first kernel become one.
 * @param blendWeight of the component, which goes into the last layer and the number of each LLM
 */
export function exportTower(
  { hidden }: TowerSettings,
  parameters: Parameters,
  blendWeight: number,
): ComponentWeights {
  const dataOf = (name: string) => valueAt(parameters, name).data
  const matrix = (name: string) => matrixOf(dataOf(name), at(valueAt(parameters, name).shape, 1))
  const scaled = (data: Float32Array) => data.map((value) => blendWeight * value)
  const first = stack(matrix(tower.PROMPT_KERNEL), matrix(tower.LLM_KERNEL))
  const kernels = [first, ...hidden.map((_, n) => matrix(tower.kernelOf(n + 1)))]
  const layers = kernels.map((kernel, n) => {
    const bias = dataOf(tower.biasOf(n))
    if (n < hidden.length) return { kernel, bias }
    return { kernel: matrixOf(scaled(kernel.data), kernel.columns), bias: scaled(bias) }
  })
  return {
    towers: [{ llmVectors: matrix(tower.LLM_VECTORS), layers }],
    llmBias: scaled(dataOf(tower.LLM_BIAS)),
    gatedBranches: [],
  }
}

/** [a.rows + b.rows, columns] */
function stack(a: Matrix, b: Matrix): Matrix {
  const data = new Float32Array(a.data.length + b.data.length)
  data.set(a.data)
  data.set(b.data, a.data.length)
  return matrixOf(data, a.columns)
}
