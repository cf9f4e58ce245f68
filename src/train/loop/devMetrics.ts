import { probabilityOf, UNCALIBRATED } from '../../calibration/probability.js'
import type { LogitScale } from '../../calibration/probability.js'
import { auc } from '../../metrics/auc.js'
import { calibrationError } from '../../metrics/calibration.js'
import { pairwiseAccuracy } from '../../metrics/pairwise.js'
import { brier, logLoss } from '../../metrics/properScores.js'
import { routedScore } from '../../metrics/routedScore.js'
import type { ScoredOutcomes } from '../../metrics/scoredOutcomes.js'
import { at } from '../../numeric/at.js'
import { forEachOutcome, promptCount } from '../data/examples.js'
import type { Examples } from '../data/examples.js'

/** Name -> value; docs/evaluation.md says what each is. */
export type Metrics = Record<string, number>

/** A margin as a probability, as evaluation reads it: (tanh(z) + 1) / 2 is the sigmoid of 2 z. */
export const MARGIN_SCALE: LogitScale = { slope: 2, intercept: 0 }

/**
 * How good logits are on held-out outcomes and comparisons. A metric is missing if the split has nothing to compute it from.
 * @param logits [n] of the pairs of `dev`
 */
export function devMetrics(dev: Examples, logits: Float32Array, scale: LogitScale = UNCALIBRATED): Metrics {
  const outcomes = scoredOutcomes(dev, logits, scale)
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

function scoredOutcomes(dev: Examples, logits: Float32Array, scale: LogitScale): ScoredOutcomes {
  const rows: { prompt: number; score: number; prediction: number }[] = []
  forEachOutcome(dev, (_, prompt, pair) => {
    rows.push({ prompt, score: at(dev.target, pair), prediction: probabilityOf(at(logits, pair), scale) })
  })
  return {
    prompts: promptCount(dev),
    prompt: Int32Array.from(rows, ({ prompt }) => prompt),
    score: Float32Array.from(rows, ({ score }) => score),
    prediction: Float64Array.from(rows, ({ prediction }) => prediction),
  }
}

/** Share of the comparisons that are no ties in which the better answer has the higher logit; equal logits count half. */
function comparisonAccuracy({ a, b, preference }: Examples, logits: Float32Array): number {
  let [right, decided] = [0, 0]
  preference.forEach((wanted, c) => {
    if (wanted === 0.5) return
    decided++
    const difference = at(logits, at(a, c)) - at(logits, at(b, c))
    if (difference === 0) right += 0.5
    else if (difference > 0 === wanted > 0.5) right++
  })
  return right / decided
}
