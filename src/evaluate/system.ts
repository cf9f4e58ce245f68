import type { Floats } from '../metrics/scoredOutcomes.js'

/** Something that is measured: a saved model, a baseline, predictions from elsewhere. */
export interface System {
  name: string
  /**
   * What it predicts for every outcome, [N]; or the rule by which an LLM is chosen, for systems that predict nothing:
   * lots, or knowledge of the outcomes.
   */
  predicts: Floats | 'random' | 'oracle'
  /** How its numbers are to be read, where that is not plain. */
  note?: string
}

export const RANDOM: System = { name: 'random', predicts: 'random' }
export const ORACLE: System = { name: 'oracle', predicts: 'oracle' }
