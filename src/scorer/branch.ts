import type * as tf from '@tensorflow/tfjs-core'

/** One term of a network's sum, with what depends on the prompt or the LLM alone computed apart. */
export interface Branch {
  /** @param inputs [P, E + F] prompt embedding and features; stays the caller's. */
  prepare(inputs: tf.Tensor2D): Promise<PreparedBranch>
  dispose(): void
}

export interface PreparedBranch {
  /**
   * Call inside `tf.tidy`.
   * @param prompts [n] index of each pair's prompt
   * @param llms [n] row of each pair's LLM
   * @returns [n, 1]
   */
  scorePairs(prompts: Int32Array, llms: Int32Array): tf.Tensor
}
