import * as tf from '@tensorflow/tfjs-core'

import { at } from '../numeric/at.js'
import { matrixOf, rowOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { valuesOf } from '../tensor/valuesOf.js'
import { llmRows } from './export/llmRows.js'
import { logitsOfRow } from './newLlm/fitRow.js'

/** Prompts that are scored at once. */
const CHUNK = 1024

/**
 * The logits of all LLMs of a network on some prompts. A TensorFlow.js backend must have been started.
 * @param inputs [n, E + F]
 * @returns [n, M]
 */
export function logitGrid(network: DenseNetworkWeights, inputs: Matrix): Matrix {
  const M = llmRows(network).rows
  const grid = matrixOf(new Float32Array(inputs.rows * M), M)
  const W = inputs.columns
  for (let start = 0; start < inputs.rows; start += CHUNK) {
    const chunk = matrixOf(inputs.data.subarray(start * W, (start + CHUNK) * W), W)
    const isGated = network.towers.length === 0 && network.llmBias === undefined
    const logits = isGated ? gatedLogits(network, chunk) : logitsLlmByLlm(network, chunk)
    grid.data.set(logits.data, start * M)
  }
  return grid
}

/** The gate of each prompt is computed once. */
function gatedLogits({ gatedBranches }: DenseNetworkWeights, inputs: Matrix): Matrix {
  const M = at(gatedBranches, 0).classScores.rows
  const logits = valuesOf(() => {
    const x = toTensor(inputs)
    return gatedBranches
      .map(({ gateKernel, gateBias, classScores }) => {
        const gate = tf.softmax(
          tf.add<tf.Tensor2D>(tf.matMul(x, toTensor(gateKernel)), tf.tensor1d(gateBias)),
        )
        return tf.matMul(gate, tf.transpose(toTensor(classScores)))
      })
      .reduce((a, b) => tf.add<tf.Tensor2D>(a, b))
  })
  return matrixOf(logits, M)
}

function logitsLlmByLlm(network: DenseNetworkWeights, inputs: Matrix): Matrix {
  const rows = llmRows(network)
  const grid = matrixOf(new Float32Array(inputs.rows * rows.rows), rows.rows)
  for (let m = 0; m < rows.rows; m++) {
    logitsOfRow(network, rowOf(rows, m), inputs).forEach((logit, p) => (grid.data[p * rows.rows + m] = logit))
  }
  return grid
}

function toTensor({ rows, columns, data }: Matrix): tf.Tensor2D {
  return tf.tensor2d(data, [rows, columns])
}
