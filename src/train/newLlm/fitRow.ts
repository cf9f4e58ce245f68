import * as tf from '@tensorflow/tfjs-core'

import { probabilityOf, UNCALIBRATED } from '../../calibration/probability.js'
import type { LogitScale } from '../../calibration/probability.js'
import { at } from '../../numeric/at.js'
import { softplus } from '../../numeric/logistic.js'
import { matrixOf, rowOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import { valuesOf } from '../../tensor/valuesOf.js'
import { adamWStep, initialAdamState } from '../autodiff/adamW.js'
import { plainLoss } from '../autodiff/operations.js'
import type { Differentiated } from '../autodiff/operations.js'
import { parameter } from '../autodiff/parameters.js'
import type { RowPrior } from '../calibration/rowPrior.js'
import { rowNetwork } from './rowNetwork.js'

const STEPS = 80
const LEARNING_RATE = 0.15

/** Outcomes of one LLM. */
export interface NewOutcomes {
  /** [n, E + F] embedding and features of each prompt. */
  inputs: Matrix
  /** [n] in [0, 1] */
  target: Float32Array
  /** [n] of the logits of each prompt, as `levelFactor` gives it. */
  factors: Float32Array
}

/**
 * The likeliest row of an LLM with few outcomes: row = mean + factor · z, where z minimizes the cross-entropy of its
 * outcomes plus |z|²/2 and the network stays as it is. Without outcomes it is the mean of the prior.
 * A TensorFlow.js backend must have been started.
 * @param scale of the logits of the network
 * @returns [W] as `llmRows` has it
 */
export function fitLlmRow(
  network: DenseNetworkWeights,
  scale: LogitScale | undefined,
  prior: RowPrior,
  { inputs, target, factors }: NewOutcomes,
): Float32Array {
  const z = parameter([prior.mean.length, 1])
  const parameters = new Map([['z', z]])
  const adam = initialAdamState(parameters)
  const rule = { learningRate: LEARNING_RATE, decay: 0, penalty: 1 }
  tf.tidy(() => {
    const logitsOf = rowNetwork(network, prior, inputs)
    const loss = (values: tf.Tensor) =>
      plainLoss(logitsOf(values as tf.Tensor2D), (logits) => crossEntropy(logits, { target, factors }, scale))
    for (let step = 0; step < STEPS && target.length > 0; step++) {
      const gradient = valuesOf(() => {
        const values = tf.tensor2d(z.data, [prior.mean.length, 1])
        return tf.grad(loss)(values)
      })
      adamWStep(parameters, new Map([['z', gradient]]), adam, () => rule, 1 - step / STEPS)
    }
  })
  return rowAt(prior, z.data)
}

/**
 * The logits of one LLM with a row of its own. A TensorFlow.js backend must have been started.
 * @param row [W] as `llmRows` has it
 * @param inputs [n, E + F]
 * @returns [n]
 */
export function logitsOfRow(network: DenseNetworkWeights, row: Float32Array, inputs: Matrix): Float32Array {
  const W = row.length
  const constant = { mean: row, factor: matrixOf(new Float32Array(W * W), W) }
  return valuesOf(() => rowNetwork(network, constant, inputs)(tf.zeros([W, 1])))
}

/** mean + factor · z */
function rowAt({ mean, factor }: RowPrior, z: Float32Array): Float32Array {
  return mean.map((value, i) => value + rowOf(factor, i).reduce((sum, f, j) => sum + f * at(z, j), 0))
}

/** Summed over the outcomes, not averaged: the more there are, the less the prior says. */
function crossEntropy(
  logits: Float32Array,
  { target, factors }: Omit<NewOutcomes, 'inputs'>,
  scale: LogitScale = UNCALIBRATED,
): Differentiated {
  let loss = 0
  const gradient = logits.map((logit, i) => {
    const factor = at(factors, i)
    const z = factor * (scale.slope * logit + scale.intercept)
    const y = at(target, i)
    loss += softplus(z) - y * z
    return factor * scale.slope * (probabilityOf(z) - y)
  })
  return { loss, gradient }
}
