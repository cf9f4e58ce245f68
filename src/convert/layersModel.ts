import * as tf from '@tensorflow/tfjs-core'
import { input, layers, model } from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'

import type { Activation } from '../card.js'
import { INPUTS } from '../scorer/denseNetwork.js'
import { toFiles } from '../tensor/layersModel.js'
import type { ModelFiles } from '../tensor/layersModel.js'
import type { DenseNetwork } from './denseNetwork.js'

const LLM_EMBEDDING = 'llm_embedding'

/** What a network is made of, apart from the names of its LLMs. */
export type NetworkWeights = Pick<
  DenseNetwork,
  'embeddingDimension' | 'featureCount' | 'llmEmbeddingDimension' | 'llmEmbedding' | 'layers'
>

/**
 * Writes a dense network as a TensorFlow.js layers model with the inputs `prompt_embedding`, `prompt_features` and
 * `llm` (the row of the LLM embedding), concatenated in this order as the original does, and tanh on the output.
 * Dropout is left out: it is the identity outside training.
 */
export async function toLayersModel(weights: NetworkWeights, activation: Activation): Promise<ModelFiles> {
  const network = build(weights, activation)
  try {
    assign(network, weights)
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

function build(weights: NetworkWeights, activation: Activation): LayersModel {
  const { llmEmbeddingDimension: D, llmEmbedding } = weights
  const prompt = input({ name: INPUTS[0], shape: [weights.embeddingDimension] })
  const features = input({ name: INPUTS[1], shape: [weights.featureCount] })
  const llm = input({ name: INPUTS[2], shape: [1], dtype: 'int32' })
  const rows = { name: LLM_EMBEDDING, inputDim: llmEmbedding.length / D, outputDim: D }
  const vector = layers.flatten({ name: 'llm_vector' }).apply(layers.embedding(rows).apply(llm))
  let x = layers.concatenate({ name: 'pair' }).apply([prompt, features, vector as SymbolicTensor])
  weights.layers.forEach(({ outputs }, n) => {
    x = layers.dense({ name: denseName(n), units: outputs }).apply(x)
    x = activationLayer(activation, n === weights.layers.length - 1, n).apply(x)
  })
  return model({ name: 'dense_network', inputs: [prompt, features, llm], outputs: x as SymbolicTensor })
}

function activationLayer(activation: Activation, isOutput: boolean, n: number) {
  if (isOutput) return layers.activation({ name: 'score', activation: 'tanh' })
  const name = `activation_${n}`
  return activation.type === 'relu'
    ? layers.reLU({ name })
    : layers.leakyReLU({ name, alpha: activation.slope })
}

/** TensorFlow.js keeps the matrix of a dense layer as [inputs, outputs], PyTorch as [outputs, inputs]. */
function assign(network: LayersModel, weights: NetworkWeights): void {
  tf.tidy(() => {
    const D = weights.llmEmbeddingDimension
    network
      .getLayer(LLM_EMBEDDING)
      .setWeights([tf.tensor2d(weights.llmEmbedding, [weights.llmEmbedding.length / D, D])])
    weights.layers.forEach(({ weight, bias, inputs, outputs }, n) => {
      const kernel = tf.transpose(tf.tensor2d(weight, [outputs, inputs]))
      network.getLayer(denseName(n)).setWeights([kernel, tf.tensor1d(bias)])
    })
  })
}

function denseName(n: number): string {
  return `dense_${n}`
}
