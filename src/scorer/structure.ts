import * as tf from '@tensorflow/tfjs-core'
import type { layers, LayersModel } from '@tensorflow/tfjs-layers'

export type Layer = LayersModel['layers'][number]

/** The layers whose outputs a layer takes; none for one that is used more than once. */
export function layersBefore(layer: Layer): readonly Layer[] {
  return layer.inboundNodes.length === 1 ? (layer.inboundNodes[0]?.inboundLayers ?? []) : []
}

/** The layer before one that has one layer before it. */
export function layerBefore(layer: Layer | undefined): Layer | undefined {
  const before = layer === undefined ? [] : layersBefore(layer)
  return before.length === 1 ? before[0] : undefined
}

/** Whether a layer is the concatenation of the prompt's two inputs, in their order, and of `others` further layers. */
export function joinsPrompt(model: LayersModel, layer: Layer | undefined, others: number): layer is Layer {
  if (layer?.getClassName() !== 'Concatenate') return false
  const joined = layersBefore(layer)
  const [embedding, features] = model.inputLayers
  return joined.length === 2 + others && joined[0] === embedding && joined[1] === features
}

/** [M, …] the table of which a layer is the flattened row of the input LLM; undefined for any other layer. */
export function llmTable(model: LayersModel, layer: Layer | undefined): tf.Tensor2D | undefined {
  const table = layer?.getClassName() === 'Flatten' ? layerBefore(layer) : undefined
  if (table?.getClassName() !== 'Embedding' || layerBefore(table) !== model.inputLayers[2]) return undefined
  return table.getWeights()[0] as tf.Tensor2D | undefined
}

/** Name of an activation, as a layer of its own takes it. */
type ActivationName = Parameters<typeof layers.activation>[0]['activation']

/** A dense layer: `activation(x · kernel + bias)`. */
interface DenseLayer {
  kernel: tf.Tensor2D
  /** Undefined for a layer that adds none. */
  bias: tf.Tensor | undefined
  activation: ActivationName
}

/** Undefined for any other layer. */
export function denseLayer(layer: Layer | undefined): DenseLayer | undefined {
  if (layer?.getClassName() !== 'Dense') return undefined
  const [kernel, bias] = layer.getWeights()
  const { activation } = layer.getConfig()
  if (kernel === undefined || typeof activation !== 'string') return undefined
  // A layer that exists has an activation that exists.
  return { kernel: kernel as tf.Tensor2D, bias, activation: activation as ActivationName }
}

/** [P, H] before the activation */
export function linearPart(
  inputs: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor | undefined,
): tf.Tensor2D {
  return tf.fused.matMul({ a: inputs, b: kernel, ...(bias && { bias }) }) as tf.Tensor2D
}
