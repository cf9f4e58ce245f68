import * as tf from '@tensorflow/tfjs-core'

import { constantProduct, leakyRelu, product } from './operations.js'
import { parameter, valueOf } from './parameters.js'
import type { Parameter, Parameters } from './parameters.js'
import { gaussian } from './random.js'
import type { Random } from './random.js'

/**
 * What a network looks like. Shapes: W inputs of a prompt (embedding and features), M LLMs, D width of an LLM's vector,
 * K kinds of prompts, n pairs, B prompts.
 */
export interface NetworkPlan {
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
  /** K; 0 leaves the branch of kinds out. */
  kinds: number
}

/** The network's tensors while it is trained. The first layer is in two parts, that of the prompt and that of the LLM. */
export const FIRST_OF_PROMPT = 'first_of_prompt'
export const FIRST_OF_LLM = 'first_of_llm'
export const LLM_VECTORS = 'llm_vectors'
export const LLM_BIAS = 'llm_bias'
export const KIND_KERNEL = 'kind_kernel'
export const KIND_BIAS = 'kind_bias'
export const KIND_TABLE = 'kind_table'
export const kernelOf = (layer: number): string => `kernel_${layer}`
export const biasOf = (layer: number): string => `bias_${layer}`

/** Parameters with one row for each LLM: together they are what a new LLM has to be given. */
export function rowParameters({ kinds }: NetworkPlan): readonly string[] {
  return kinds > 0 ? [LLM_VECTORS, LLM_BIAS, KIND_TABLE] : [LLM_VECTORS, LLM_BIAS]
}

/**
 * First values as PyTorch draws them, which the original's networks began with: layers uniform in ±1/sqrt(inputs), LLM
 * vectors of the standard normal distribution.
 */
export function initialParameters(plan: NetworkPlan, random: Random): Parameters {
  const { inputs, llms, llmDimension, hidden, kinds } = plan
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
  if (kinds > 0) {
    parameters.set(KIND_KERNEL, parameter([inputs, kinds], uniform(inputs)))
    parameters.set(KIND_BIAS, parameter([kinds]))
    parameters.set(KIND_TABLE, parameter([llms, kinds]))
  }
  return parameters
}

export interface ForwardInput {
  /** [B, W] */
  inputs: tf.Tensor2D
  /** [n, B] one-hot: the prompt of each pair. */
  prompt: tf.Tensor2D
  /** [n, M] one-hot: the LLM of each pair. */
  llm: tf.Tensor2D
  /** A factor for each unit of a hidden layer, [n, width], while training; none otherwise. */
  dropout?: ((width: number) => tf.Tensor2D) | undefined
}

export interface ForwardOutput {
  /** [n] */
  logits: tf.Tensor1D
  /** [B, K] before the softmax; undefined without the branch of kinds. */
  kinds: tf.Tensor2D | undefined
}

/** The network on the pairs of a batch. Call inside `tf.tidy`. */
export function forward(
  tensors: ReadonlyMap<string, tf.Tensor>,
  plan: NetworkPlan,
  { inputs, prompt, llm, dropout }: ForwardInput,
): ForwardOutput {
  const matrix = (name: string) => valueOf(tensors, name) as tf.Tensor2D
  const bias = (layer: number) => valueOf(tensors, biasOf(layer))
  const hiddenLayer = (sums: tf.Tensor2D) => {
    const active = leakyRelu(sums, plan.slope)
    return dropout === undefined ? active : tf.mul<tf.Tensor2D>(active, dropout(active.shape[1]))
  }
  const ofPrompts = tf.add<tf.Tensor2D>(product(inputs, matrix(FIRST_OF_PROMPT)), bias(0)) // [B, H]
  const ofLlms = product(matrix(LLM_VECTORS), matrix(FIRST_OF_LLM)) // [M, H]
  let x = hiddenLayer(tf.add(constantProduct(prompt, ofPrompts), constantProduct(llm, ofLlms))) // [n, H]
  for (let layer = 1; layer < plan.hidden.length; layer++) {
    x = hiddenLayer(tf.add(product(x, matrix(kernelOf(layer))), bias(layer)))
  }
  const last = plan.hidden.length
  let logits = tf.add(product(x, matrix(kernelOf(last))), bias(last)) // [n, 1]
  logits = tf.add(logits, constantProduct(llm, matrix(LLM_BIAS)))
  let kinds: tf.Tensor2D | undefined
  if (plan.kinds > 0) {
    kinds = tf.add<tf.Tensor2D>(product(inputs, matrix(KIND_KERNEL)), valueOf(tensors, KIND_BIAS)) // [B, K]
    const shares = constantProduct(prompt, tf.softmax(kinds)) // [n, K]
    const rows = constantProduct(llm, matrix(KIND_TABLE)) // [n, K]
    logits = tf.add(logits, tf.sum(tf.mul(shares, rows), 1, true))
  }
  return { logits: tf.reshape(logits, [-1]), kinds }
}
