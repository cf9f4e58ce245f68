import * as tf from '@tensorflow/tfjs-core'

import type { Batch } from '../data/batch.js'
import { dropoutMask, oneHot } from '../autodiff/constants.js'
import { lossOf } from '../losses.js'
import type { LossWeights } from '../losses.js'
import {
  addBias,
  constantProduct,
  leakyRelu,
  plainLoss,
  plus,
  product,
  times,
} from '../autodiff/operations.js'
import { parameter, valueOf } from '../autodiff/parameters.js'
import type { Parameter, Parameters } from '../autodiff/parameters.js'
import type { Part, Tensors } from './component.js'
import { gaussian } from '../../numeric/random.js'
import type { Random } from '../../numeric/random.js'

/** Shapes: W inputs of a prompt (embedding and features), M LLMs, D width of an LLM's vector, n pairs, B prompts. */
export interface TowerPlan {
  /** W */
  inputs: number
  /** M */
  llms: number
  /** D */
  llmDimension: number
  /** Widths of the hidden layers; one at least. */
  hidden: readonly number[]
  /** Of LeakyReLU below zero. */
  slope: number
  dropout: number
  learningRate: number
  weightDecay: number
  losses: LossWeights
}

/** The first layer is in two parts, that of the prompt and that of the LLM. */
export const FIRST_OF_PROMPT = 'first_of_prompt'
export const FIRST_OF_LLM = 'first_of_llm'
export const LLM_VECTORS = 'llm_vectors'
export const LLM_BIAS = 'llm_bias'
export const kernelOf = (layer: number): string => `kernel_${layer}`
export const biasOf = (layer: number): string => `bias_${layer}`

/** Dense layers over [prompt embedding; features; LLM vector], and a number per LLM: the original's network with a bias. */
export function towerPart(plan: TowerPlan): Part {
  return {
    losses: plan.losses,
    initialParameters: (random) => initialParameters(plan, random),
    loss: (tensors, batch, random) => {
      const n = batch.llm.length
      const mask = (width: number) => dropoutMask(n, width, plan.dropout, random)
      const logits = forward(tensors, plan, batch, plan.dropout > 0 ? mask : undefined)
      return plainLoss(logits, (z) => lossOf(z, batch, plan.losses))
    },
    logits: (tensors, batch) => forward(tensors, plan, batch).dataSync<'float32'>(),
    update: () => ({ learningRate: plan.learningRate, decay: plan.weightDecay, penalty: 0 }),
  }
}

/**
 * First values as PyTorch draws them, which the original's networks began with: layers uniform in ±1/sqrt(inputs), LLM
 * vectors of the standard normal distribution.
 */
function initialParameters({ inputs, llms, llmDimension, hidden }: TowerPlan, random: Random): Parameters {
  const uniform = (fanIn: number) => () => (2 * random() - 1) / Math.sqrt(fanIn)
  const parameters = new Map<string, Parameter>()
  const first = inputs + llmDimension
  const [width = 0] = hidden
  parameters.set(
    LLM_VECTORS,
    parameter([llms, llmDimension], () => gaussian(random)),
  )
  parameters.set(FIRST_OF_PROMPT, parameter([inputs, width], uniform(first)))
  parameters.set(FIRST_OF_LLM, parameter([llmDimension, width], uniform(first)))
  parameters.set(biasOf(0), parameter([width], uniform(first)))
  const widths = [...hidden, 1]
  for (let layer = 1; layer < widths.length; layer++) {
    const [from = 0, to = 0] = widths.slice(layer - 1, layer + 1)
    parameters.set(kernelOf(layer), parameter([from, to], uniform(from)))
    parameters.set(biasOf(layer), parameter([to], uniform(from)))
  }
  parameters.set(LLM_BIAS, parameter([llms, 1]))
  return parameters
}

/**
 * @param dropout a factor for each unit of a hidden layer, [n, width], while training
 * @returns [n, 1]
 */
function forward(
  tensors: Tensors,
  plan: TowerPlan,
  batch: Batch,
  dropout?: (width: number) => tf.Tensor2D,
): tf.Tensor2D {
  const B = batch.category.length
  const inputs = tf.tensor2d(batch.inputs, [B, plan.inputs])
  const prompt = oneHot(batch.prompt, B)
  const llm = oneHot(batch.llm, plan.llms)
  const matrix = (name: string) => valueOf(tensors, name) as tf.Tensor2D
  const bias = (layer: number) => valueOf(tensors, biasOf(layer))
  const hiddenLayer = (sums: tf.Tensor2D) => {
    const active = leakyRelu(sums, plan.slope)
    return dropout === undefined ? active : times(active, dropout(active.shape[1]))
  }
  const ofPrompts = addBias(product(inputs, matrix(FIRST_OF_PROMPT)), bias(0)) // [B, H]
  const ofLlms = product(matrix(LLM_VECTORS), matrix(FIRST_OF_LLM)) // [M, H]
  let x = hiddenLayer(plus(constantProduct(prompt, ofPrompts), constantProduct(llm, ofLlms))) // [n, H]
  for (let layer = 1; layer < plan.hidden.length; layer++) {
    x = hiddenLayer(addBias(product(x, matrix(kernelOf(layer))), bias(layer)))
  }
  const last = plan.hidden.length
  const ofLayers = addBias(product(x, matrix(kernelOf(last))), bias(last)) // [n, 1]
  return plus(ofLayers, constantProduct(llm, matrix(LLM_BIAS)))
}
