import type { FloatTensor } from './floatTensor.js'
import type { Dict } from './pickle/values.js'

export type NamedTensors = ReadonlyMap<string, FloatTensor>

/**
 * A checkpoint as every container holds it: the type of the model is made sure of, and nothing is checked against each
 * other yet.
 */
export interface CheckpointContents {
  /** The dict of settings, under the original's names. */
  readonly settings: Dict
  /** The tensors of the network, under their names in its state dict. */
  readonly network: NamedTensors
  /** `mean` and `scale` of the numeric features; undefined where the checkpoint has no scaler. */
  readonly scaler: NamedTensors | undefined
}
