import { deviationsOf } from '../calibration/interval.js'
import { crossEntropy } from '../metrics/properScores.js'
import { at } from '../numeric/at.js'
import type { DeviationOf } from './chosenEvidence.js'
import type { PredictedOutcomes } from './predictOutcomes.js'

/** One LLM on the prompts of one source that it was judged on, as something predicts it. */
export interface Cell {
  llm: string
  outcomes: number
  /** Sum of the cross-entropies. */
  loss: number
  /** Means over the outcomes. */
  score: number
  prediction: number
  /** Mean of p (1 - p): by how much the mean prediction changes with the logits. */
  spread: number
  /** Mean standard deviation of the logits; undefined if the system has no intervals. */
  deviation: number | undefined
}

/** The cells of one source. */
export function cellsOf(predicted: PredictedOutcomes, deviationOf?: DeviationOf): Cell[] {
  const byLlm = new Map<string, number[]>()
  predicted.llm.forEach((name, i) => {
    const own = byLlm.get(name)
    if (own === undefined) byLlm.set(name, [i])
    else own.push(i)
  })
  return [...byLlm].map(([llm, places]) => {
    const n = places.length
    const meanOf = (value: (i: number) => number) => places.reduce((sum, i) => sum + value(i), 0) / n
    const p = (i: number) => at(predicted.prediction, i)
    const y = (i: number) => at(predicted.score, i)
    return {
      llm,
      outcomes: n,
      loss: n * meanOf((i) => crossEntropy(p(i), y(i))),
      score: meanOf(y),
      prediction: meanOf(p),
      spread: meanOf((i) => p(i) * (1 - p(i))),
      deviation: deviationOf && meanOf((i) => deviationOf(llm, at(predicted.prompt, i))),
    }
  })
}

const INTERVAL_LEVEL = 0.9
const REACH = deviationsOf(INTERVAL_LEVEL)

/**
 * Whether the mean score lies as near to the mean prediction as chance, p (1 - p) / n for n outcomes, and the error of the
 * network, (p (1 - p))^2 sd^2, allow together at INTERVAL_LEVEL.
 */
export function isCovered({ outcomes, score, prediction, spread }: Cell, deviation: number): boolean {
  return Math.abs(score - prediction) <= REACH * Math.sqrt(spread / outcomes + (spread * deviation) ** 2)
}

/** Of the interval of the mean probability, without chance. */
export function widthOf({ spread }: Cell, deviation: number): number {
  return 2 * REACH * spread * deviation
}
