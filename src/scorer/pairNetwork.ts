import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * How the pairs of a request are computed. Shapes: P prompts, n pairs of a block, E and F the widths of embedding and
 * features.
 */
export interface PairNetwork {
  /** Pairs that are computed at once at least, however few are asked for: what they take in memory is small. */
  minBlockSize: number
  /**
   * Computes what is the same for all pairs of a prompt.
   * @param embeddings [P, E], features [P, F]; both stay the caller's.
   */
  prepare(embeddings: tf.Tensor2D, features: tf.Tensor2D): Promise<PreparedPrompts>
  /** Frees what was computed when the network was loaded; the model itself stays. */
  dispose(): void
}

/** One term of a network's sum, with what depends on the prompt or the LLM alone computed separately. */
export interface Branch {
  /** @param inputs [P, E + F] prompt embedding and features; stays the caller's. */
  prepare(inputs: tf.Tensor2D): Promise<PreparedPrompts>
  dispose(): void
}

interface PreparedPrompts {
  /**
   * Call inside `tf.tidy`.
   * @param prompts [n] index of each pair's prompt
   * @param llms [n] row of each pair's LLM
   * @returns [n, 1]
   */
  scorePairs(prompts: Int32Array, llms: Int32Array): tf.Tensor
}

/** The network as it stands, on plain pairs: works for every model with the three inputs. */
export function unfactorizedNetwork(model: LayersModel): PairNetwork {
  return {
    minBlockSize: 1,
    prepare: (embeddings, features) =>
      Promise.resolve({
        scorePairs: (prompts, llms) => {
          const index = tf.tensor1d(prompts, 'int32')
          const rows = tf.tensor2d(llms, [llms.length, 1], 'int32')
          return model.predictOnBatch([
            tf.gather(embeddings, index),
            tf.gather(features, index),
            rows,
          ]) as tf.Tensor
        },
      }),
    dispose: () => undefined,
  }
}
