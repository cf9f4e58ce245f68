import type { LayersModel } from '@tensorflow/tfjs-layers'

import { LLimitError } from '../errors.js'
import type { Activation } from '../card.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import { loadModel } from './denseNetwork.js'
import type { Matrix } from '../numeric/matrix.js'
import type { DenseNetworkWeights, GatedBranch, Tower } from './networkWeights.js'
import { layerNames } from './writeNetwork.js'

/**
 * The weights of a network that `writeNetwork` wrote, from its files.
 * A TensorFlow.js backend must have been started.
 * @throws LLimitError MODEL_BROKEN where the files hold no such network.
 */
export async function readNetwork(files: ModelFiles, activation: Activation): Promise<DenseNetworkWeights> {
  const model = await loadModel(files)
  try {
    const [embedding, features] = model.inputs.map(({ shape }) => shape[1] ?? 0)
    const bias = model.layers.some(({ name }) => name === layerNames.llmBias)
      ? { llmBias: matrixOf(model, layerNames.llmBias, 0).data }
      : {}
    return {
      embedding: embedding ?? 0,
      features: features ?? 0,
      activation,
      towers: readAll(model, (t) => layerNames.llmVectors(t), readTower),
      ...bias,
      gatedBranches: readAll(model, (b) => layerNames.classScores(b), readGatedBranch),
      output: model.layers.some(({ name }) => name === layerNames.tanh) ? 'tanh' : 'logit',
    }
  } finally {
    model.dispose()
  }
}

/** Reads branch 0, 1, … for as long as the layer that each of them has is there. */
function readAll<T>(
  model: LayersModel,
  mark: (n: number) => string,
  read: (model: LayersModel, n: number) => T,
): T[] {
  const found: T[] = []
  while (model.layers.some(({ name }) => name === mark(found.length))) found.push(read(model, found.length))
  return found
}

function readTower(model: LayersModel, t: number): Tower {
  const layers = readAll(
    model,
    (n) => layerNames.dense(t, n),
    (_, n) => {
      const name = layerNames.dense(t, n)
      return { kernel: matrixOf(model, name, 0), bias: matrixOf(model, name, 1).data }
    },
  )
  return { llmVectors: matrixOf(model, layerNames.llmVectors(t), 0), layers }
}

function readGatedBranch(model: LayersModel, b: number): GatedBranch {
  const gate = layerNames.gate(b)
  return {
    gateKernel: matrixOf(model, gate, 0),
    gateBias: matrixOf(model, gate, 1).data,
    classScores: matrixOf(model, layerNames.classScores(b), 0),
  }
}

/** A weight of a layer; a vector is a matrix of one row. */
function matrixOf(model: LayersModel, layer: string, weight: number): Matrix {
  const tensor = model.layers.find(({ name }) => name === layer)?.getWeights()[weight]
  if (tensor === undefined)
    throw new LLimitError('MODEL_BROKEN', `model.json has no layer ${layer} as expected`)
  const columns = tensor.shape[tensor.shape.length - 1] ?? 0
  return { rows: tensor.size / columns, columns, data: tensor.dataSync<'float32'>().slice() }
}
