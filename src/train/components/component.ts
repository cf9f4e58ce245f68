import type * as tf from '@tensorflow/tfjs-core'

import type { Random } from '../../numeric/random.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import type { UpdateRule } from '../autodiff/adamW.js'
import type { Parameters, ParameterTensors } from '../autodiff/parameters.js'
import type { Batch } from '../data/batch.js'
import type { LossWeights } from '../losses.js'

/** A network that is trained by itself; the logits of several are blended into one model. */
export interface Component {
  /** What it learns from. */
  losses: LossWeights
  initialParameters(random: Random): Parameters
  /**
   * The loss of a batch, while training. Call inside `tf.tidy`.
   * @param random for dropout
   */
  loss(tensors: ParameterTensors, batch: Batch, random: Random): tf.Scalar
  /** [n] logits of the pairs of a batch. Call inside `tf.tidy`. */
  logits(tensors: ParameterTensors, batch: Batch): Float32Array
  /** How a parameter is updated, by its name. */
  updateRule(name: string): UpdateRule
}

/** What a component adds to the network that is saved. */
export type ComponentWeights = Pick<DenseNetworkWeights, 'towers' | 'llmBias' | 'gatedBranches'>
