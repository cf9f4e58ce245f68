import { initialAdamState } from '../autodiff/adamW.js'
import type { AdamState } from '../autodiff/adamW.js'
import { copyParameters } from '../autodiff/parameters.js'
import type { Parameters } from '../autodiff/parameters.js'

/** The state of a component's training after an epoch: everything that resuming it needs. */
export interface Checkpoint {
  /** Epochs that are done. */
  epoch: number
  parameters: Parameters
  adam: AdamState
  best: BestEpoch
}

/** The state after the epoch with the lowest dev loss. */
export interface BestEpoch {
  epoch: number
  devLoss: number
  parameters: Parameters
}

export function initialCheckpoint(parameters: Parameters): Checkpoint {
  return {
    epoch: 0,
    parameters,
    adam: initialAdamState(parameters),
    // A copy: the others change with every step.
    best: { epoch: 0, devLoss: Infinity, parameters: copyParameters(parameters) },
  }
}
