import * as tf from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import { addRows, rectify } from './pairLoops.js'
import type { Branch } from './pairNetwork.js'
import { denseLayer, joinsPrompt, layerBefore, layersBefore, linearPart, llmTable } from './structure.js'
import type { Layer } from './structure.js'

/**
 * Dense layers, the first of them factorized. That layer is linear in [prompt embedding; features; LLM vector], so its
 * product is a sum of a part per prompt and a part per LLM: the first is computed once per prompt, the second once when
 * the network is loaded, and a pair costs an addition and the small layers after it. Only the order of summation changes,
 * about 1e-7 in a score.
 * @param last the layer that the branch ends in.
 * @returns undefined if it does not begin with the concatenation of the inputs and one dense layer, or forks after it.
 */
export function towerBranch(model: LayersModel, last: Layer): Branch | undefined {
  const decomposed = decompose(model, last)
  if (decomposed === undefined) return undefined
  const { kernel, bias, llmVectors, rest } = decomposed
  const H = kernel.shape[1]
  const slope = slopeOf(rest[0])
  const others = slope === undefined ? rest : rest.slice(1)
  const { ofInputs, ofLlms } = splitKernel(kernel, llmVectors)
  // Read once: sums of pairs are made in JavaScript, since gathering rows takes ten times as long on wasm.
  const llmParts = ofLlms.dataSync<'float32'>().slice()
  ofLlms.dispose()
  return {
    prepare: async (inputs) => {
      const ofPrompts = tf.tidy(() => linearPart(inputs, ofInputs, bias)) // [P, H]
      const promptParts = await ofPrompts.data<'float32'>()
      ofPrompts.dispose()
      return {
        scorePairs: (prompts, llms) => {
          const sums = addRows(promptParts, prompts, llmParts, llms, H)
          if (slope !== undefined) rectify(sums, slope)
          const hidden = tf.tensor2d(sums, [llms.length, H])
          return others.reduce<tf.Tensor>((x, layer) => apply(layer, x), hidden)
        },
      }
    },
    dispose: () => {
      ofInputs.dispose()
    },
  }
}

/** LeakyReLU is a PReLU with one slope here: on wasm its own kernel and a product with a maximum take many times as long. */
function apply(layer: Layer, x: tf.Tensor): tf.Tensor {
  const slope = slopeOf(layer)
  return slope === undefined ? (layer.apply(x) as tf.Tensor) : tf.prelu(x, tf.scalar(slope))
}

/** What a LeakyReLU multiplies negative values by; undefined for any other layer. */
function slopeOf(layer: Layer | undefined): number | undefined {
  const slope = layer?.getClassName() === 'LeakyReLU' ? layer.getConfig()['alpha'] : undefined
  return typeof slope === 'number' ? slope : undefined
}

/** The rows of the first layer's kernel that embedding and features meet, and the product of the others with each LLM. */
function splitKernel(kernel: tf.Tensor2D, llmVectors: tf.Tensor2D) {
  const inputs = kernel.shape[0] - llmVectors.shape[1]
  return tf.tidy(() => ({
    ofInputs: tf.slice(kernel, [0, 0], [inputs, -1]), // [E + F, H]
    ofLlms: tf.matMul(llmVectors, tf.slice(kernel, [inputs, 0])), // [M, H]
  }))
}

interface DecomposedTower {
  /** [E + F + D, H] */
  kernel: tf.Tensor2D
  /** [H] */
  bias: tf.Tensor | undefined
  /** [M, D] */
  llmVectors: tf.Tensor2D
  /** What comes after the sum of the first dense layer, in order: its activation and the layers behind it. */
  rest: Layer[]
}

/** Walks from the last layer to the first dense layer, as long as each layer has one layer before it. */
function decompose(model: LayersModel, last: Layer): DecomposedTower | undefined {
  const rest: Layer[] = []
  let layer: Layer | undefined = last
  let before = layerBefore(layer)
  while (before !== undefined && !joinsPrompt(model, before, 1)) {
    rest.unshift(layer)
    layer = before
    before = layerBefore(layer)
  }
  const first = denseLayer(layer)
  const llmVectors = before === undefined ? undefined : llmTable(model, layersBefore(before)[2])
  if (first === undefined || llmVectors === undefined) return undefined
  const { kernel, bias, activation } = first
  if (activation !== 'linear') rest.unshift(layers.activation({ activation }))
  return { kernel, bias, llmVectors, rest }
}
