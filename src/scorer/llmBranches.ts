import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import { at } from '../numeric/at.js'
import { multiplyRows } from './pairLoops.js'
import type { Branch } from './pairNetwork.js'
import { denseLayer, joinsPrompt, layerBefore, layersBefore, linearPart, llmTable } from './structure.js'
import type { Layer } from './structure.js'

/** A number per LLM, whatever the prompt; undefined if the layer is not one. */
export function biasBranch(model: LayersModel, layer: Layer): Branch | undefined {
  const table = llmTable(model, layer)
  if (table?.shape[1] !== 1) return undefined
  const biases = table.dataSync<'float32'>().slice()
  return {
    prepare: () =>
      Promise.resolve({
        scorePairs: (_, llms) =>
          tf.tensor2d(
            Float32Array.from(llms, (llm) => at(biases, llm)),
            [llms.length, 1],
          ),
      }),
    dispose: () => undefined,
  }
}

/**
 * The product of a softmax over latent classes of prompts with the LLM's scores on them: the gate is computed once per
 * prompt, and a pair costs one scalar product of K numbers. Undefined if the layer is not one.
 */
export function gatedBranch(model: LayersModel, layer: Layer): Branch | undefined {
  if (!isScalarProduct(layer)) return undefined
  const [shares, scoresOfLlm] = layersBefore(layer)
  const classScores = llmTable(model, scoresOfLlm)
  const dense = isSoftmax(shares) ? layerBefore(shares) : undefined
  const gate = denseLayer(dense)
  if (
    classScores === undefined ||
    gate?.activation !== 'linear' ||
    !joinsPrompt(model, layerBefore(dense), 0)
  )
    return undefined
  const { kernel, bias } = gate
  const K = kernel.shape[1]
  const scores = classScores.dataSync<'float32'>().slice()
  return {
    prepare: async (inputs) => {
      const softmax = tf.tidy(() => tf.softmax(linearPart(inputs, kernel, bias)))
      const sharesOfPrompts = await softmax.data<'float32'>()
      softmax.dispose()
      return {
        scorePairs: (prompts, llms) =>
          tf.tensor2d(multiplyRows(sharesOfPrompts, prompts, scores, llms, K), [llms.length, 1]),
      }
    },
    dispose: () => undefined,
  }
}

/** A product of two rows as they are: a layer may also divide them by their lengths. */
function isScalarProduct(layer: Layer): boolean {
  if (layer.getClassName() !== 'Dot') return false
  const { axes, normalize } = layer.getConfig()
  const along = Array.isArray(axes) ? axes : [axes]
  return normalize !== true && along.every((axis) => axis === -1 || axis === 1)
}

function isSoftmax(layer: Layer | undefined): layer is Layer {
  return layer?.getClassName() === 'Activation' && layer.getConfig()['activation'] === 'softmax'
}
