import { logistic } from '../numeric/logistic.js'
import { logitOf } from './probability.js'

/** How far the logits of unfamiliar prompts are trusted. */
export interface Level {
  /** Factor of the logits of the least familiar prompts, in (0, 1]. */
  least: number
  /** Familiarity from which on logits count in full, in (0, 1]. */
  full: number
}

/**
 * The factor of all logits of a prompt, between `least` and 1: a source of prompts that training has not seen is easier or harder
 * than what it looks like, and its predictions are too extreme. The order of LLMs stays as it is.
 * @param familiarity in [0, 1]
 */
export function levelFactor(familiarity: number, { least, full }: Level): number {
  return least + (1 - least) * Math.min(1, familiarity / full)
}

/** The probability whose logit is `factor` times that of `probability`; the same number for a factor of 1. */
export function leveled(probability: number, factor: number): number {
  return factor === 1 ? probability : logistic(factor * logitOf(probability))
}
