import type * as tf from '@tensorflow/tfjs-core'

import type { Batch } from '../data/batch.js'
import type { LossWeights } from '../losses.js'
import type { Parameters } from '../autodiff/parameters.js'
import type { Random } from '../../numeric/random.js'

/** A network that is trained by itself; the logits of several are blended into one model. */
export interface Part {
  /** What it learns from. */
  losses: LossWeights
  initialParameters(random: Random): Parameters
  /**
   * The loss of a batch, while training. Call inside `tf.tidy`.
   * @param random for dropout
   */
  loss(tensors: Tensors, batch: Batch, random: Random): tf.Scalar
  /** [n] logits of the pairs of a batch. Call inside `tf.tidy`. */
  logits(tensors: Tensors, batch: Batch): Float32Array
  /** How a parameter is updated, by its name. */
  update(name: string): Update
}

export type Tensors = ReadonlyMap<string, tf.Tensor>

export interface Update {
  /** At its highest. */
  learningRate: number
  /** Decoupled decay, times the learning rate. */
  decay: number
  /** L2 penalty: this times the value is added to the gradient. */
  penalty: number
}
