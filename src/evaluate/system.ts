import { at } from '../numeric/at.js'
import type { Floats } from '../metrics/scoredOutcomes.js'

interface Named {
  name: string
  /** How its numbers are to be read, if that is not plain. */
  note?: string
}

/** A saved model, a baseline, or predictions from elsewhere. */
export interface PredictingSystem extends Named {
  type: 'predictor'
  /** What it predicts for every outcome, [N]. */
  predictions: Floats
}

/** Something that is measured. Besides systems that predict, two bounds: routing at random, and with knowledge of the outcomes. */
export type System = PredictingSystem | (Named & { type: 'random' }) | (Named & { type: 'oracle' })

export const RANDOM: System = { type: 'random', name: 'random' }
export const ORACLE: System = { type: 'oracle', name: 'oracle' }

export function isPredicting(system: System): system is PredictingSystem {
  return system.type === 'predictor'
}

/** A system on some of the outcomes. */
export function restrict<S extends System>(system: S, places: Int32Array): S {
  if (!isPredicting(system)) return system
  return { ...system, predictions: Float64Array.from(places, (i) => at(system.predictions, i)) }
}
