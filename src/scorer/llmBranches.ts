import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import type { Branch } from './branch.js'
import { denseLayer, joinsPrompt, layerBefore, layersBefore, linearPart, llmTable } from './structure.js'
import type { Layer } from './structure.js'

/** A number per LLM, whatever the prompt; undefined for a layer that is none. */
export function biasBranch(model: LayersModel, layer: Layer): Branch | undefined {
  const table = llmTable(model, layer)
  if (table?.shape[1] !== 1) return undefined
  const biases = table.dataSync<'float32'>().slice()
  return {
    prepare: () =>
      Promise.resolve({
        scorePairs: (_, llms) =>
          tf.tensor2d(
            Float32Array.from(llms, (llm) => biases[llm] ?? NaN),
            [llms.length, 1],
          ),
      }),
    dispose: () => undefined,
  }
}

/**
 * The product of a softmax over latent classes of prompts with the LLM's row of a table: the shares are computed once per prompt,
 * and a pair costs one product of K numbers. Undefined for a layer that is none.
 */
export function gatedBranch(model: LayersModel, layer: Layer): Branch | undefined {
  if (!isScalarProduct(layer)) return undefined
  const [shares, row] = layersBefore(layer)
  const table = llmTable(model, row)
  const dense = isSoftmax(shares) ? layerBefore(shares) : undefined
  const gate = denseLayer(dense)
  if (table === undefined || gate?.activation !== 'linear' || !joinsPrompt(model, layerBefore(dense), 0))
    return undefined
  const { kernel, bias } = gate
  const K = kernel.shape[1]
  const rows = table.dataSync<'float32'>().slice()
  return {
    prepare: async (inputs) => {
      const softmax = tf.tidy(() => tf.softmax(linearPart(inputs, kernel, bias)))
      const ofPrompts = await softmax.data<'float32'>()
      softmax.dispose()
      return {
        scorePairs: (prompts, llms) =>
          tf.tensor2d(productOfRows(ofPrompts, prompts, rows, llms, K), [llms.length, 1]),
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

/** [n] scalar product of row `aRows[i]` of `a` and row `bRows[i]` of `b`, both K wide. */
function productOfRows(
  a: Float32Array,
  aRows: Int32Array,
  b: Float32Array,
  bRows: Int32Array,
  K: number,
): Float32Array {
  const products = new Float32Array(aRows.length)
  for (let i = 0; i < products.length; i++) {
    const fromA = (aRows[i] ?? 0) * K
    const fromB = (bRows[i] ?? 0) * K
    let sum = 0
    for (let k = 0; k < K; k++) sum += (a[fromA + k] ?? NaN) * (b[fromB + k] ?? NaN)
    products[i] = sum
  }
  return products
}
