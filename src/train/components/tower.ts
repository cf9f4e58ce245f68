import * as tf from '@tensorflow/tfjs-core'

import { at, valueAt } from '../../numeric/at.js'
import { gaussian } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'
import { dropoutMask, oneHot } from '../autodiff/constantTensors.js'
import {
  addBias,
  constantProduct,
  leakyRelu,
  plainLoss,
  plus,
  product,
  times,
} from '../autodiff/operations.js'
import { matrixTensor, parameter } from '../autodiff/parameters.js'
import type { Parameter, Parameters, ParameterTensors } from '../autodiff/parameters.js'
import type { Batch } from '../data/batch.js'
import { lossOf } from '../losses.js'
import type { LossWeights } from '../losses.js'
import type { Component } from './component.js'

/** Shapes: W inputs of a prompt (embedding and features), M LLMs, D width of an LLM's vector, n pairs, B prompts. */
export interface TowerSettings {
  /** W */
  inputs: number
  /** M */
  llms: number
  /** D */
  llmDimension: number
  /** Widths of the hidden layers; at least one. */
  hidden: readonly number[]
  /** Of LeakyReLU below zero. */
  slope: number
  dropout: number
  learningRate: number
  weightDecay: number
  losses: LossWeights
}

/** The kernel of the first layer is in two blocks, that of the prompt and that of the LLM. */
export const PROMPT_KERNEL = 'prompt_kernel'
export const LLM_KERNEL = 'llm_kernel'
export const LLM_VECTORS = 'llm_vectors'
export const LLM_BIAS = 'llm_bias'
export const kernelOf = (layer: number): string => `kernel_${layer}`
export const biasOf = (layer: number): string => `bias_${layer}`

/** Dense layers over [embedding; features; LLM vector], and a number per LLM: the network of LLimit v1 with a bias. */
export function tower(settings: TowerSettings): Component {
  const { losses, dropout, learningRate, weightDecay } = settings
  return {
    losses,
    initialParameters: (random) => initialParameters(settings, random),
    loss: (tensors, batch, random) => {
      const mask = (width: number) => dropoutMask(batch.llm.length, width, dropout, random)
      const logits = forward(tensors, settings, batch, dropout > 0 ? mask : undefined)
      return plainLoss(logits, (z) => lossOf(z, batch, losses))
    },
    logits: (tensors, batch) => forward(tensors, settings, batch).dataSync<'float32'>(),
    updateRule: () => ({ learningRate, decay: weightDecay, penalty: 0 }),
  }
}

/**
 * First values as PyTorch draws them, which the networks of LLimit v1 began with: layers uniform in ±1/sqrt(inputs), LLM
 * vectors of the standard normal distribution.
 */
function initialParameters(
  { inputs, llms, llmDimension, hidden }: TowerSettings,
  random: Random,
): Parameters {
  const uniform = (fanIn: number) => () => (2 * random() - 1) / Math.sqrt(fanIn)
  const parameters = new Map<string, Parameter>()
  const firstFanIn = inputs + llmDimension
  const widths = [...hidden, 1]
  const firstWidth = at(widths, 0)
  parameters.set(
    LLM_VECTORS,
    parameter([llms, llmDimension], () => gaussian(random)),
  )
  parameters.set(PROMPT_KERNEL, parameter([inputs, firstWidth], uniform(firstFanIn)))
  parameters.set(LLM_KERNEL, parameter([llmDimension, firstWidth], uniform(firstFanIn)))
  parameters.set(biasOf(0), parameter([firstWidth], uniform(firstFanIn)))
  for (let layer = 1; layer < widths.length; layer++) {
    const [fanIn, fanOut] = [at(widths, layer - 1), at(widths, layer)]
    parameters.set(kernelOf(layer), parameter([fanIn, fanOut], uniform(fanIn)))
    parameters.set(biasOf(layer), parameter([fanOut], uniform(fanIn)))
  }
  parameters.set(LLM_BIAS, parameter([llms, 1]))
  return parameters
}

/**
 * @param dropout a factor for each unit of a hidden layer, [n, width], while training
 * @returns [n, 1]
 */
function forward(
  tensors: ParameterTensors,
  settings: TowerSettings,
  batch: Batch,
  dropout?: (width: number) => tf.Tensor2D,
): tf.Tensor2D {
  const B = batch.inputs.rows
  const inputs = tf.tensor2d(batch.inputs.data, [B, settings.inputs])
  const prompt = oneHot(batch.prompt, B)
  const llm = oneHot(batch.llm, settings.llms)
  const matrix = (name: string) => matrixTensor(tensors, name)
  const bias = (layer: number) => valueAt(tensors, biasOf(layer))
  const hiddenLayer = (sums: tf.Tensor2D) => {
    const active = leakyRelu(sums, settings.slope)
    return dropout === undefined ? active : times(active, dropout(active.shape[1]))
  }
  const ofPrompts = addBias(product(inputs, matrix(PROMPT_KERNEL)), bias(0)) // [B, H]
  const ofLlms = product(matrix(LLM_VECTORS), matrix(LLM_KERNEL)) // [M, H]
  let x = hiddenLayer(plus(constantProduct(prompt, ofPrompts), constantProduct(llm, ofLlms))) // [n, H]
  for (let layer = 1; layer < settings.hidden.length; layer++) {
    x = hiddenLayer(addBias(product(x, matrix(kernelOf(layer))), bias(layer)))
  }
  const last = settings.hidden.length
  const ofLayers = addBias(product(x, matrix(kernelOf(last))), bias(last)) // [n, 1]
  return plus(ofLayers, constantProduct(llm, matrix(LLM_BIAS)))
}
