import { auc } from '../../metrics/auc.js'
import { calibrationError } from '../../metrics/calibration.js'
import { pairwiseAccuracy } from '../../metrics/pairwise.js'
import { brier, logLoss } from '../../metrics/properScores.js'
import { routedScore } from '../../metrics/routedScore.js'
import { probabilityOf, UNCALIBRATED } from '../../calibration/probability.js'
import type { LogitScale } from '../../calibration/probability.js'
import { promptCount } from '../data/examples.js'
import type { Examples } from '../data/examples.js'

/** Name -> value; docs/evaluation.md says what each is. */
export type Metrics = Record<string, number>

/**
 * How good logits are on held-out outcomes and comparisons. What cannot be computed, since there are none of a kind, is left out.
 * @param logits [n] of the pairs of `dev`
 */
export function devMetrics(dev: Examples, logits: Float32Array, scale: LogitScale = UNCALIBRATED): Metrics {
  const judged = Array.from(dev.target.keys()).filter((i) => !Number.isNaN(dev.target[i] ?? NaN))
  const promptOf = promptsOf(dev)
  const outcomes = {
    prompts: promptCount(dev),
    prompt: Int32Array.from(judged, (i) => promptOf[i] ?? 0),
    score: Float32Array.from(judged, (i) => dev.target[i] ?? NaN),
    prediction: Float64Array.from(judged, (i) => probabilityOf(logits[i] ?? NaN, scale)),
  }
  const metrics = {
    auc: auc(outcomes.prediction, outcomes.score),
    pairs: pairwiseAccuracy(outcomes),
    log_loss: logLoss(outcomes),
    brier: brier(outcomes),
    calibration_error: calibrationError(outcomes),
    routed: routedScore(outcomes),
    comparisons: comparisonAccuracy(dev, logits),
  }
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)))
}

/** A margin as a probability, as evaluation reads it: (tanh(z) + 1) / 2 is the sigmoid of 2 z. */
export const SCALE_OF_MARGINS: LogitScale = { slope: 2, intercept: 0 }

/** [n] the prompt of each pair. */
function promptsOf({ firstPair, llm }: Examples): Int32Array {
  const prompts = new Int32Array(llm.length)
  for (let p = 0; p + 1 < firstPair.length; p++) prompts.fill(p, firstPair[p], firstPair[p + 1])
  return prompts
}

/** Share of the comparisons that are no ties in which the better answer has the higher logit; equal logits count half. */
function comparisonAccuracy({ a, b, preference }: Examples, logits: Float32Array): number {
  const decided = Array.from(preference.keys()).filter((c) => preference[c] !== 0.5)
  const right = decided.reduce((sum, c) => {
    const difference = (logits[a[c] ?? -1] ?? NaN) - (logits[b[c] ?? -1] ?? NaN)
    return sum + (difference === 0 ? 0.5 : difference > 0 === (preference[c] ?? NaN) > 0.5 ? 1 : 0)
  }, 0)
  return right / decided.length
}
