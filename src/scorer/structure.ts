import type * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

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

/** Kernel and bias of a dense layer without an activation of its own; undefined for any other layer. */
export function linearLayer(layer: Layer | undefined): { kernel: tf.Tensor2D; bias: tf.Tensor } | undefined {
  if (layer?.getClassName() !== 'Dense' || layer.getConfig()['activation'] !== 'linear') return undefined
  const [kernel, bias] = layer.getWeights()
  return kernel === undefined || bias === undefined ? undefined : { kernel: kernel as tf.Tensor2D, bias }
}
