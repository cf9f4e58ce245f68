import * as tf from '@tensorflow/tfjs-core'

import { probabilityOf, UNCALIBRATED } from '../../calibration/probability.js'
import type { LogitScale } from '../../calibration/probability.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { DenseNetworkWeights, GatedBranch, Tower } from '../../scorer/networkWeights.js'
import { adamWStep, initialState } from '../autodiff/adamW.js'
import { softplus } from '../../numeric/logistic.js'
import {
  addBias,
  asRow,
  constantProduct,
  leakyRelu,
  plainLoss,
  plus,
  product,
  transposed,
} from '../autodiff/operations.js'
import type { Differentiated } from '../autodiff/operations.js'
import { valueOf } from '../autodiff/parameters.js'
import type { Parameter } from '../autodiff/parameters.js'
import type { RowPrior } from './prior.js'
import { llmTables } from '../components/exportWeights.js'

const STEPS = 80
const LEARNING_RATE = 0.15

/** Outcomes of one LLM. */
export interface NewOutcomes {
  /** [n, E + F] embedding and features of each prompt. */
  inputs: Float32Array
  /** [n] in [0, 1] */
  target: Float32Array
}

/**
 * The likeliest row of an LLM with few outcomes: row = mean + factor · z, where z minimises the cross-entropy of its outcomes
 * plus |z|²/2 and the network stays as it is. With no outcomes it is the mean of the known LLMs.
 * A TensorFlow.js backend must have been started.
 * @returns [W] as `llmRows` has it
 */
export function fitNewLlm(
  network: DenseNetworkWeights,
  scale: LogitScale | undefined,
  prior: RowPrior,
  outcomes: NewOutcomes,
): Float32Array {
  const W = prior.mean.length
  const z = new Map<string, Parameter>([['z', { shape: [W, 1], data: new Float32Array(W) }]])
  const { data } = valueOf(z, 'z')
  const adam = initialState(z)
  const update = () => ({ learningRate: LEARNING_RATE, decay: 0, penalty: 1 })
  tf.tidy(() => {
    const logitsOf = rowNetwork(network, prior, outcomes.inputs)
    const loss = (value: tf.Tensor) =>
      plainLoss(logitsOf(value as tf.Tensor2D), (logits) => crossEntropy(logits, outcomes.target, scale))
    for (let step = 0; step < STEPS && outcomes.target.length > 0; step++) {
      const gradient = tf.tidy(() =>
        tf
          .grad(loss)(tf.tensor2d(data, [W, 1]))
          .dataSync<'float32'>(),
      )
      adamWStep(z, new Map([['z', gradient]]), adam, update, 1 - step / STEPS)
    }
  })
  return rowOf(prior, data)
}

/** [n] logits of one LLM with a row of its own. */
export function logitsOfRow(
  network: DenseNetworkWeights,
  row: Float32Array,
  inputs: Float32Array,
): Float32Array {
  const W = row.length
  const still = { mean: row, factor: new Float32Array(W * W) }
  return tf.tidy(() => rowNetwork(network, still, inputs)(tf.zeros([W, 1])).dataSync<'float32'>())
}

/** mean + factor · z */
function rowOf({ mean, factor }: RowPrior, z: Float32Array): Float32Array {
  const W = mean.length
  return mean.map((value, i) => value + z.reduce((sum, zj, j) => sum + (factor[i * W + j] ?? NaN) * zj, 0))
}

/** The network as a function of z [W, 1], [n, 1]; what does not depend on z is computed once. Call inside `tf.tidy`. */
function rowNetwork(
  network: DenseNetworkWeights,
  prior: RowPrior,
  inputs: Float32Array,
): (z: tf.Tensor2D) => tf.Tensor2D {
  const width = network.embedding + network.features
  const n = inputs.length / width
  const x = tf.tensor2d(inputs, [n, width])
  const parts = priorParts(llmTables(network), prior)
  const branches = [
    ...network.towers.map((tower) => towerOfRow(tower, network, x)),
    ...(network.llmBias === undefined ? [] : [(row: tf.Tensor2D) => constantProduct(tf.ones([n, 1]), row)]),
    ...network.gatedBranches.map((branch) => gatedBranchOfRow(branch, x)),
  ]
  return (z) => {
    const terms = branches.map((branch, i) => {
      const part = parts[i]
      if (part === undefined) throw new RangeError('the prior is narrower than the row of an LLM')
      return branch(asRow(plus(constantProduct(part.factor, z), part.mean)))
    })
    return terms.reduce((a, b) => plus(a, b))
  }
}

/** The rows of the prior that each table's part of an LLM's row has: mean [width, 1] and factor [width, W]. */
function priorParts(tables: readonly Matrix[], { mean, factor }: RowPrior) {
  const W = mean.length
  let start = 0
  return tables.map(({ columns }) => {
    const end = start + columns
    const part = {
      mean: tf.tensor2d(mean.slice(start, end), [columns, 1]),
      factor: tf.tensor2d(factor.slice(start * W, end * W), [columns, W]),
    }
    start = end
    return part
  })
}

/** [1, D] -> [n, 1] */
function towerOfRow({ layers, llmVectors }: Tower, { activation }: DenseNetworkWeights, x: tf.Tensor2D) {
  const slope = activation.type === 'relu' ? 0 : activation.slope
  const [first, ...others] = layers.map(({ kernel, bias }) => ({
    kernel: tensorOf(kernel),
    bias: tf.tensor1d(bias),
  }))
  if (first === undefined) throw new RangeError('a tower has no layers')
  const inputs = x.shape[1]
  const ofPrompts = tf.add<tf.Tensor2D>(
    tf.matMul(x, tf.slice(first.kernel, [0, 0], [inputs, -1])),
    first.bias,
  )
  const ofRow = tf.slice(first.kernel, [inputs, 0], [llmVectors.columns, -1])
  const ones = tf.ones<tf.Rank.R2>([x.shape[0], 1])
  return (row: tf.Tensor2D): tf.Tensor2D => {
    let hidden = plus(ofPrompts, constantProduct(ones, product(row, ofRow)))
    for (const { kernel, bias } of others) hidden = addBias(product(leakyRelu(hidden, slope), kernel), bias)
    return hidden
  }
}

/** [1, K] -> [n, 1] */
function gatedBranchOfRow({ gateKernel, gateBias }: GatedBranch, x: tf.Tensor2D) {
  const shares = tf.softmax(tf.add<tf.Tensor2D>(tf.matMul(x, tensorOf(gateKernel)), tf.tensor1d(gateBias))) // [n, K]
  return (row: tf.Tensor2D): tf.Tensor2D => constantProduct(shares, transposed(row))
}

function tensorOf({ rows, columns, data }: Matrix): tf.Tensor2D {
  return tf.tensor2d(data, [rows, columns])
}

/** Summed over the outcomes, not averaged: the more there are, the less the prior says. */
function crossEntropy(
  logits: Float32Array,
  target: Float32Array,
  scale: LogitScale = UNCALIBRATED,
): Differentiated {
  let loss = 0
  const gradient = logits.map((logit, i) => {
    const z = scale.slope * logit + scale.intercept
    const y = target[i] ?? NaN
    loss += softplus(z) - y * z
    return scale.slope * (probabilityOf(z) - y)
  })
  return { loss, gradient }
}
