import type { LayersModel } from '@tensorflow/tfjs-layers'

import type { Activation } from '../card.js'
import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import { matrixOf } from '../numeric/matrix.js'
import type { Matrix } from '../numeric/matrix.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import { loadModel, shapeOf } from './denseNetwork.js'
import type { DenseNetworkWeights, GatedBranch, Tower } from './networkWeights.js'
import { layerNames } from './writeNetwork.js'

/**
 * The weights of a network that `writeNetwork` wrote, from its files.
 * A TensorFlow.js backend must have been started.
 * @throws LLimitError MODEL_BROKEN if the files do not contain such a network.
 */
export async function readNetwork(files: ModelFiles, activation: Activation): Promise<DenseNetworkWeights> {
  const model = await loadModel(files)
  try {
    const { embedding, features } = shapeOf(model)
    const bias = hasLayer(model, layerNames.llmBias)
      ? { llmBias: weightOf(model, layerNames.llmBias, 0).data }
      : {}
    return {
      embedding,
      features,
      activation,
      towers: readAll(model, (t) => layerNames.llmVectors(t), readTower),
      ...bias,
      gatedBranches: readAll(model, (b) => layerNames.classScores(b), readGatedBranch),
      output: hasLayer(model, layerNames.tanh) ? 'tanh' : 'logit',
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
  while (hasLayer(model, mark(found.length))) found.push(read(model, found.length))
  return found
}

function readTower(model: LayersModel, t: number): Tower {
  const layers = readAll(
    model,
    (n) => layerNames.dense(t, n),
    (_, n) => {
      const name = layerNames.dense(t, n)
      return { kernel: weightOf(model, name, 0), bias: weightOf(model, name, 1).data }
    },
  )
  return { llmVectors: weightOf(model, layerNames.llmVectors(t), 0), layers }
}

function readGatedBranch(model: LayersModel, b: number): GatedBranch {
  const gate = layerNames.gate(b)
  return {
    gateKernel: weightOf(model, gate, 0),
    gateBias: weightOf(model, gate, 1).data,
    classScores: weightOf(model, layerNames.classScores(b), 0),
  }
}

function hasLayer(model: LayersModel, layer: string): boolean {
  return model.layers.some(({ name }) => name === layer)
}

/** A weight of a layer; a vector is a matrix of one row. */
function weightOf(model: LayersModel, layer: string, weight: number): Matrix {
  const tensor = model.layers.find(({ name }) => name === layer)?.getWeights()[weight]
  if (tensor === undefined) {
    throw new LLimitError(
      'MODEL_BROKEN',
      `Expected weight ${weight} of a layer ${layer} in model.json, got none`,
    )
  }
  return matrixOf(tensor.dataSync<'float32'>().slice(), at(tensor.shape, tensor.rank - 1))
}
