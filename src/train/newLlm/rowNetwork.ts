import * as tf from '@tensorflow/tfjs-core'

import { at } from '../../numeric/at.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { DenseNetworkWeights, GatedBranch, Tower } from '../../scorer/networkWeights.js'
import {
  addBias,
  asRow,
  constantProduct,
  leakyRelu,
  plus,
  product,
  transposed,
} from '../autodiff/operations.js'
import type { RowPrior } from '../calibration/rowPrior.js'
import { llmTables } from '../export/llmRows.js'

/**
 * A network as a function of the row of one LLM, with all else as it is: row = mean + factor · z. What does not depend on z
 * is computed once. Call inside `tf.tidy`.
 * @param inputs [n, E + F]
 * @returns z [W, 1] -> logits [n, 1]
 * @throws RangeError if the prior is not as wide as the row of an LLM.
 */
export function rowNetwork(
  network: DenseNetworkWeights,
  prior: RowPrior,
  inputs: Matrix,
): (z: tf.Tensor2D) => tf.Tensor2D {
  const x = toTensor(inputs)
  const blocks = priorBlocks(llmTables(network), prior)
  const branches = [
    ...network.towers.map((tower) => towerOfRow(tower, network, x)),
    ...(network.llmBias === undefined ? [] : [biasOfRow(x)]),
    ...network.gatedBranches.map((branch) => gatedBranchOfRow(branch, x)),
  ]
  return (z) =>
    branches
      .map((branch, i) => {
        const { mean, factor } = at(blocks, i)
        return branch(asRow(plus(constantProduct(factor, z), mean)))
      })
      .reduce((a, b) => plus(a, b))
}

/** The block of the prior that belongs to each table's part of a row: mean [width, 1] and factor [width, W]. */
function priorBlocks(
  tables: readonly Matrix[],
  { mean, factor }: RowPrior,
): { mean: tf.Tensor2D; factor: tf.Tensor2D }[] {
  const W = mean.length
  const width = tables.reduce((sum, { columns }) => sum + columns, 0)
  if (width !== W) throw new RangeError(`expected a prior for rows of ${width} numbers, got one for ${W}`)
  const [means, factors] = [tf.tensor2d(mean, [W, 1]), toTensor(factor)]
  let start = 0
  return tables.map(({ columns }) => {
    const block = {
      mean: tf.slice(means, [start, 0], [columns, 1]),
      factor: tf.slice(factors, [start, 0], [columns, W]),
    }
    start += columns
    return block
  })
}

/** [1, D] -> [n, 1] */
function towerOfRow(
  { layers, llmVectors }: Tower,
  { activation }: DenseNetworkWeights,
  x: tf.Tensor2D,
): (row: tf.Tensor2D) => tf.Tensor2D {
  const slope = activation.type === 'relu' ? 0 : activation.slope
  const [first, ...others] = layers.map(({ kernel, bias }) => ({
    kernel: toTensor(kernel),
    bias: tf.tensor1d(bias),
  }))
  if (first === undefined) throw new RangeError('expected a tower with layers, got one without')
  const [n, inputs] = x.shape
  const promptKernel = tf.slice(first.kernel, [0, 0], [inputs, -1])
  const llmKernel = tf.slice(first.kernel, [inputs, 0], [llmVectors.columns, -1])
  const ofPrompts = tf.add<tf.Tensor2D>(tf.matMul(x, promptKernel), first.bias)
  const ones = tf.ones<tf.Rank.R2>([n, 1])
  return (row) => {
    let hidden = plus(ofPrompts, constantProduct(ones, product(row, llmKernel)))
    for (const { kernel, bias } of others) hidden = addBias(product(leakyRelu(hidden, slope), kernel), bias)
    return hidden
  }
}

/** [1, 1] -> [n, 1] */
function biasOfRow(x: tf.Tensor2D): (row: tf.Tensor2D) => tf.Tensor2D {
  return (row) => constantProduct(tf.ones([x.shape[0], 1]), row)
}

/** [1, K] -> [n, 1] */
function gatedBranchOfRow(
  { gateKernel, gateBias }: GatedBranch,
  x: tf.Tensor2D,
): (row: tf.Tensor2D) => tf.Tensor2D {
  const logits = tf.add<tf.Tensor2D>(tf.matMul(x, toTensor(gateKernel)), tf.tensor1d(gateBias))
  const gate = tf.softmax(logits) // [n, K]
  return (row) => constantProduct(gate, transposed(row))
}

function toTensor({ rows, columns, data }: Matrix): tf.Tensor2D {
  return tf.tensor2d(data, [rows, columns])
}
