import type { Dict } from '../tensor/pytorch/pickle/values.js'

/** A tensor that is decoded when it is asked for, which is after its shape was found to be the expected one. */
export interface LazyTensor {
  readonly shape: readonly number[]
  /** The values in row-major order. */
  readonly read: () => Float32Array
}

export type NamedTensors = ReadonlyMap<string, LazyTensor>

/**
 * A checkpoint as every container holds it: the type of the model is known to be dense_network, and nothing is checked
 * against each other yet.
 */
export interface CheckpointContents {
  /** The dict of settings, under the names of LLimit v1. */
  readonly settings: Dict
  /** The tensors of the network, under their names in its state dict. */
  readonly network: NamedTensors
  /** `mean` and `scale` of the numeric features; undefined if the checkpoint has no scaler. */
  readonly scaler: NamedTensors | undefined
}
