import * as tf from '@tensorflow/tfjs-core'
import { input, layers, model } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

import type { Activation } from '../card.js'
import { at } from '../numeric/at.js'
import type { Matrix } from '../numeric/matrix.js'
import { toFiles } from '../tensor/layersModel.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import { INPUTS } from './networkShape.js'
import type { DenseNetworkWeights, GatedBranch, Tower } from './networkWeights.js'

/**
 * What the layers are called on disk, by the number of their branch; the first branch has the plain names. Gated branches
 * are called `kinds` there, and their classes too.
 */
const prefixed = (branch: string, n: number, name: string): string =>
  n === 0 ? name : `${branch}_${n}_${name}`
export const layerNames = {
  llmVectors: (t: number): string => prefixed('tower', t, 'llm_embedding'),
  dense: (t: number, n: number): string => prefixed('tower', t, `dense_${n}`),
  gate: (b: number): string => prefixed('kinds', b, 'kinds'),
  classScores: (b: number): string => prefixed('kinds', b, 'kind_table'),
  llmBias: 'llm_bias',
  tanh: 'score',
} as const

/**
 * Writes a dense network as a TensorFlow.js layers model with the inputs `prompt_embedding`, `prompt_features` and `llm`
 * (the row of the LLM embedding). Dropout is left out: it is the identity outside training.
 * A TensorFlow.js backend must have been started.
 */
export async function writeNetwork(weights: DenseNetworkWeights): Promise<ModelFiles> {
  const network = buildNetwork(weights)
  try {
    let files: ModelFiles = new Map()
    await network.save(
      tf.io.withSaveHandler((artifacts) => {
        files = toFiles(artifacts)
        return Promise.resolve({ modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) })
      }),
    )
    return files
  } finally {
    network.dispose()
  }
}

/** The inputs, joined as each branch wants them. */
interface Inputs {
  prompt: SymbolicTensor
  features: SymbolicTensor
  llm: SymbolicTensor
}

/** Layer name -> its weights; set when the model is built, since layers have none before. */
type Assignments = Map<string, readonly Matrix[]>

function buildNetwork(weights: DenseNetworkWeights): LayersModel {
  const inputs = {
    prompt: input({ name: INPUTS[0], shape: [weights.embedding] }),
    features: input({ name: INPUTS[1], shape: [weights.features] }),
    llm: input({ name: INPUTS[2], shape: [1], dtype: 'int32' }),
  }
  const assignments: Assignments = new Map()
  const { llmBias } = weights
  const terms = weights.towers.map((tower, t) => addTower(inputs, tower, weights.activation, t, assignments))
  if (llmBias !== undefined) {
    const table = { rows: llmBias.length, columns: 1, data: llmBias }
    terms.push(rowOfLlm(inputs, layerNames.llmBias, table, assignments))
  }
  weights.gatedBranches.forEach((branch, b) => terms.push(addGatedBranch(inputs, branch, b, assignments)))
  let x = terms.length === 1 ? at(terms, 0) : layers.add({ name: 'logit' }).apply(terms)
  if (weights.output === 'tanh') x = layers.activation({ name: layerNames.tanh, activation: 'tanh' }).apply(x)
  const network = model({
    name: 'dense_network',
    inputs: [inputs.prompt, inputs.features, inputs.llm],
    outputs: x as SymbolicTensor,
  })
  assign(network, assignments)
  return network
}

function addTower(
  inputs: Inputs,
  { llmVectors, layers: dense }: Tower,
  activation: Activation,
  t: number,
  assignments: Assignments,
): SymbolicTensor {
  const named = (name: string) => prefixed('tower', t, name)
  const vector = rowOfLlm(inputs, layerNames.llmVectors(t), llmVectors, assignments)
  let x = layers.concatenate({ name: named('pair') }).apply([inputs.prompt, inputs.features, vector])
  dense.forEach(({ kernel, bias }, n) => {
    x = denseLayer(x as SymbolicTensor, layerNames.dense(t, n), kernel, bias, assignments)
    if (n < dense.length - 1) x = activationLayer(activation, named(`activation_${n}`)).apply(x)
  })
  return x as SymbolicTensor
}

function addGatedBranch(
  inputs: Inputs,
  { gateKernel, gateBias, classScores }: GatedBranch,
  b: number,
  assignments: Assignments,
): SymbolicTensor {
  const named = (name: string) => prefixed('kinds', b, name)
  const joined = layers.concatenate({ name: named('prompt') }).apply([inputs.prompt, inputs.features])
  const gate = denseLayer(joined as SymbolicTensor, layerNames.gate(b), gateKernel, gateBias, assignments)
  const shares = layers.activation({ name: named('kind_shares'), activation: 'softmax' }).apply(gate)
  const row = rowOfLlm(inputs, layerNames.classScores(b), classScores, assignments)
  return layers
    .dot({ name: named('kind_score'), axes: 1 })
    .apply([shares as SymbolicTensor, row]) as SymbolicTensor
}

function denseLayer(
  x: SymbolicTensor,
  name: string,
  kernel: Matrix,
  bias: Float32Array,
  assignments: Assignments,
): SymbolicTensor {
  assignments.set(name, [kernel, { rows: 1, columns: bias.length, data: bias }])
  return layers.dense({ name, units: kernel.columns }).apply(x) as SymbolicTensor
}

/** The row of a table that belongs to the LLM, flat. */
function rowOfLlm({ llm }: Inputs, name: string, table: Matrix, assignments: Assignments): SymbolicTensor {
  assignments.set(name, [table])
  const rows = layers.embedding({ name, inputDim: table.rows, outputDim: table.columns }).apply(llm)
  return layers.flatten({ name: `${name}_row` }).apply(rows) as SymbolicTensor
}

function activationLayer(activation: Activation, name: string) {
  return activation.type === 'relu'
    ? layers.reLU({ name })
    : layers.leakyReLU({ name, alpha: activation.slope })
}

function assign(network: LayersModel, assignments: Assignments): void {
  tf.tidy(() => {
    for (const [name, matrices] of assignments) {
      const layer = network.getLayer(name)
      layer.setWeights(layer.getWeights().map(({ shape }, i) => tf.tensor(at(matrices, i).data, shape)))
    }
  })
}
