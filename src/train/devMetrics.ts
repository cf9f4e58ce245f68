import { auc } from '../metrics/auc.js'
import { calibrationError } from '../metrics/calibration.js'
import { pairwiseAccuracy } from '../metrics/pairwise.js'
import { brier, logLoss } from '../metrics/properScores.js'
import { routedScore } from '../metrics/routedScore.js'
import { probabilityOf, UNCALIBRATED } from '../savedModel/probability.js'
import type { LogitScale } from '../savedModel/probability.js'
import { promptCount } from './examples.js'
import type { Examples } from './examples.js'

/** Name -> value; docs/evaluation.md says what each is. */
export type Metrics = Record<string, number>

/**
 * How good logits are on held-out outcomes. What cannot be computed is left out: with comparisons alone there is nothing to
 * compute it from.
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
  }
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)))
}

/** [n] the prompt of each pair. */
function promptsOf({ firstPair, llm }: Examples): Int32Array {
  const prompts = new Int32Array(llm.length)
  for (let p = 0; p + 1 < firstPair.length; p++) prompts.fill(p, firstPair[p], firstPair[p + 1])
  return prompts
}
