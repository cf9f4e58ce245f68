import type { Activation } from '../card.js'
import type { Matrix } from '../numeric/matrix.js'

/** Dense layers over [prompt embedding; features; LLM vector], in this order, that end in one number. */
export interface Tower {
  /** [M, D] */
  llmVectors: Matrix
  /** Kernels [inputs, outputs] and biases [outputs]; the last has one output. */
  layers: readonly { kernel: Matrix; bias: Float32Array }[]
}

/** A gated mixture: a softmax gate gives a prompt its shares of K latent classes, on each of which every LLM has a score. */
export interface GatedBranch {
  /** [E + F, K] */
  gateKernel: Matrix
  /** [K] */
  gateBias: Float32Array
  /** [M, K] */
  classScores: Matrix
}

/** A dense network: the sum of its towers, of a number per LLM, and of its gated branches. */
export interface DenseNetworkWeights {
  /** Width E of the prompt embedding. */
  embedding: number
  /** Number F of features. */
  features: number
  activation: Activation
  towers: readonly Tower[]
  /** [M] */
  llmBias?: Float32Array
  gatedBranches: readonly GatedBranch[]
  /** Whether the sum is what it gives, or its tanh. */
  output: 'logit' | 'tanh'
}
