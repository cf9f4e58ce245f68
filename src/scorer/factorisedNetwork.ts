import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

import type { PairNetwork } from './pairNetwork.js'

type Layer = LayersModel['layers'][number]

/**
 * With 256, 128 and 64 hidden values a pair takes 3.5 KB, so these take 2 MB. Blocks of 128 take 7 % longer, of 16 half as
 * long again; larger ones gain nothing.
 */
const LEAST_PAIRS = 512

/**
 * The network with its first layer taken apart. That layer is linear in [prompt embedding; features; LLM embedding], so
 * its product is a sum of a part per prompt and a part per LLM: the first is computed once per prompt, the second once
 * when the network is loaded, and a pair costs an addition and the small layers after it. Only the order of summation
 * changes, about 1e-7 in a score.
 * @returns undefined for a model that does not begin with the concatenation of its inputs and one linear dense layer, or
 * that branches after it.
 */
export function factorisedNetwork(model: LayersModel): PairNetwork | undefined {
  const parts = takeApart(model)
  if (parts === undefined) return undefined
  const { kernel, bias, llmEmbedding, rest } = parts
  const H = kernel.shape[1]
  const slope = slopeOf(rest[0])
  const others = slope === undefined ? rest : rest.slice(1)
  const { ofInputs, ofLlms } = splitKernel(kernel, llmEmbedding)
  // Read once: sums of pairs are made in JavaScript, since gathering rows takes ten times as long on wasm.
  const llmParts = ofLlms.dataSync<'float32'>().slice()
  ofLlms.dispose()
  return {
    leastPairs: LEAST_PAIRS,
    prepare: async (embeddings, features) => {
      const ofPrompts = tf.tidy(() => {
        const inputs = tf.concat([embeddings, features], 1)
        return tf.fused.matMul({ a: inputs, b: ofInputs, bias }) // [P, H]
      })
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

/** [n, H] row `aRows[i]` of `a` plus row `bRows[i]` of `b`. */
function addRows(
  a: Float32Array,
  aRows: Int32Array,
  b: Float32Array,
  bRows: Int32Array,
  H: number,
): Float32Array {
  const sums = new Float32Array(aRows.length * H)
  for (let i = 0, to = 0; i < aRows.length; i++) {
    let fromA = (aRows[i] ?? 0) * H
    let fromB = (bRows[i] ?? 0) * H
    for (let h = 0; h < H; h++) sums[to++] = (a[fromA++] ?? NaN) + (b[fromB++] ?? NaN)
  }
  return sums
}

/** The rectifier in place, written without a branch, which would be mispredicted for every other value. */
function rectify(values: Float32Array, slope: number): void {
  const [even, odd] = [(1 + slope) / 2, (1 - slope) / 2]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    values[i] = even * value + odd * Math.abs(value)
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
function splitKernel(kernel: tf.Tensor2D, llmEmbedding: tf.Tensor2D) {
  const inputs = kernel.shape[0] - llmEmbedding.shape[1]
  return tf.tidy(() => ({
    ofInputs: tf.slice(kernel, [0, 0], [inputs, -1]), // [E + F, H]
    ofLlms: tf.matMul(llmEmbedding, tf.slice(kernel, [inputs, 0])), // [M, H]
  }))
}

interface Parts {
  /** [E + F + D, H] */
  kernel: tf.Tensor2D
  /** [H] */
  bias: tf.Tensor
  /** [M, D] */
  llmEmbedding: tf.Tensor2D
  /** What comes after the first dense layer, in order. */
  rest: Layer[]
}

/** Walks from the output to the first dense layer, as long as each layer has one layer before it. */
function takeApart(model: LayersModel): Parts | undefined {
  const rest: Layer[] = []
  let layer: Layer | undefined = model.outputs[0]?.sourceLayer
  while (layer !== undefined) {
    const before = layersBefore(layer)
    if (before.length !== 1 || before[0] === undefined) return undefined
    if (before[0].getClassName() === 'Concatenate') break
    rest.unshift(layer)
    layer = before[0]
  }
  if (layer?.getClassName() !== 'Dense' || layer.getConfig()['activation'] !== 'linear') return undefined
  const [kernel, bias] = layer.getWeights()
  const llmEmbedding = llmEmbeddingOf(model, layersBefore(layer)[0])
  if (kernel === undefined || bias === undefined || llmEmbedding === undefined) return undefined
  return { kernel: kernel as tf.Tensor2D, bias, llmEmbedding: llmEmbedding as tf.Tensor2D, rest }
}

/** The table of LLM vectors, where the concatenation joins the first two inputs and the flattened row of the third. */
function llmEmbeddingOf(model: LayersModel, concatenation: Layer | undefined): tf.Tensor | undefined {
  const joined = concatenation === undefined ? [] : layersBefore(concatenation)
  const [embedding, features, llm] = model.inputLayers
  const [flatten] = joined.slice(2)
  if (joined.length !== 3 || joined[0] !== embedding || joined[1] !== features || flatten === undefined)
    return undefined
  const [table] = layersBefore(flatten)
  if (flatten.getClassName() !== 'Flatten' || table?.getClassName() !== 'Embedding') return undefined
  return layersBefore(table)[0] === llm ? table.getWeights()[0] : undefined
}

function layersBefore(layer: Layer): Layer[] {
  return layer.inboundNodes.length === 1 ? (layer.inboundNodes[0]?.inboundLayers ?? []) : []
}
