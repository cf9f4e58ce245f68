import type { Activation } from '../card.js'
import { at } from '../numeric/at.js'
import type { Matrix } from '../numeric/matrix.js'
import type { DenseNetworkWeights } from '../scorer/networkWeights.js'
import { writeNetwork } from '../scorer/writeNetwork.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import type { CheckpointNetwork, LinearLayer } from './checkpointNetwork.js'

/** What a network is made of, apart from the names of its LLMs. */
export type NetworkWeights = Pick<
  CheckpointNetwork,
  'embeddingDimension' | 'featureCount' | 'llmEmbeddingDimension' | 'llmEmbedding' | 'layers'
>

/** Writes the network of a checkpoint as a layers model: one tower, with tanh on its output. */
export function toLayersModel(weights: NetworkWeights, activation: Activation): Promise<ModelFiles> {
  const { llmEmbedding, llmEmbeddingDimension: D } = weights
  const network: DenseNetworkWeights = {
    embedding: weights.embeddingDimension,
    features: weights.featureCount,
    activation,
    towers: [
      {
        llmVectors: { rows: llmEmbedding.length / D, columns: D, data: llmEmbedding },
        layers: weights.layers.map((layer) => ({ kernel: transpose(layer), bias: layer.bias })),
      },
    ],
    gatedBranches: [],
    output: 'tanh',
  }
  return writeNetwork(network)
}

/** TensorFlow.js keeps the matrix of a dense layer as [inputs, outputs], PyTorch as [outputs, inputs]. */
function transpose({ weight, inputs, outputs }: LinearLayer): Matrix {
  const data = new Float32Array(weight.length)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) data[i * outputs + o] = at(weight, o * inputs + i)
  }
  return { rows: inputs, columns: outputs, data }
}
