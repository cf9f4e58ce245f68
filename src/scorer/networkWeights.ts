import type { Activation } from '../card.js'
import type { Matrix } from '../numeric/matrix.js'

/** Dense layers over [prompt embedding; features; LLM vector], in this order, that end in one number. */
export interface Tower {
  /** [M, D] */
  llmVectors: Matrix
  /** Kernels [inputs, outputs] and biases [outputs]; the last has one output. */
  layers: readonly { kernel: Matrix; bias: Float32Array }[]
}

/** What a prompt is: shares of K kinds, by a softmax; and how each LLM fares on each kind. */
export interface KindsBranch {
  /** [E + F, K] */
  kernel: Matrix
  /** [K] */
  bias: Float32Array
  /** [M, K] */
  table: Matrix
}

/** A dense network: the sum of its towers, of a number per LLM, and of its branches of kinds. */
export interface DenseNetworkWeights {
  /** Width E of the prompt embedding. */
  embedding: number
  /** Number F of features. */
  features: number
  activation: Activation
  towers: readonly Tower[]
  /** [M] */
  llmBias?: Float32Array
  kinds: readonly KindsBranch[]
  /** Whether the sum is what it gives, or its tanh. */
  output: 'logit' | 'tanh'
}
