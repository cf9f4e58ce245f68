import { UNCALIBRATED } from '../../calibration/probability.js'
import type { LogitScale } from '../../calibration/probability.js'
import { at } from '../../numeric/at.js'
import { softplus } from '../../numeric/logistic.js'
import { gatherRows } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import type { RowPrior } from '../calibration/rowPrior.js'
import { fitLlmRow, logitsOfRow } from './fitRow.js'
import type { NewOutcomes } from './fitRow.js'

const FOLDS = 5

/** Outcomes below which folds of them say nothing. */
export const MIN_VALIDATED_OUTCOMES = 10

/** Log losses on outcomes of the new LLM that the fit had not seen. */
export interface RowValidation {
  fitted: number
  /** Of the mean of its relatives, or of all known LLMs, for which nothing was fitted. */
  unfitted: number
  /** Of the success rate alone, whatever the prompt. */
  constant: number
}

/**
 * Fits the row to four fifths of the outcomes and measures it on the last fifth, five times.
 * @returns undefined if there are fewer than MIN_VALIDATED_OUTCOMES.
 */
export function crossValidate(
  network: DenseNetworkWeights,
  scale: LogitScale | undefined,
  { prior, unfitted }: { prior: RowPrior; unfitted: Float32Array },
  outcomes: NewOutcomes,
): RowValidation | undefined {
  const n = outcomes.target.length
  if (n < MIN_VALIDATED_OUTCOMES) return undefined
  const sums = { fitted: 0, unfitted: 0, constant: 0 }
  for (let fold = 0; fold < FOLDS; fold++) {
    const seen = pick(outcomes, (i) => i % FOLDS !== fold)
    const held = pick(outcomes, (i) => i % FOLDS === fold)
    const row = fitLlmRow(network, scale, prior, seen)
    sums.fitted += crossEntropy(logitsOfRow(network, row, held.inputs), held, scale)
    sums.unfitted += crossEntropy(logitsOfRow(network, unfitted, held.inputs), held, scale)
    sums.constant += constantCrossEntropy(seen.target, held.target)
  }
  return { fitted: sums.fitted / n, unfitted: sums.unfitted / n, constant: sums.constant / n }
}

function pick({ inputs, target, factors }: NewOutcomes, isWanted: (i: number) => boolean): NewOutcomes {
  const chosen = Array.from(target.keys()).filter(isWanted)
  const of = (values: Float32Array) => Float32Array.from(chosen, (i) => at(values, i))
  return { inputs: gatherRows(inputs, chosen), target: of(target), factors: of(factors) }
}

function crossEntropy(
  logits: Float32Array,
  { target, factors }: Omit<NewOutcomes, 'inputs'>,
  scale = UNCALIBRATED,
): number {
  return logits.reduce((sum, logit, i) => {
    const z = at(factors, i) * (scale.slope * logit + scale.intercept)
    return sum + softplus(z) - at(target, i) * z
  }, 0)
}

/** Of the success rate in `seen`, with one success and one failure more: a rate of 0 or 1 would be infinitely sure. */
function constantCrossEntropy(seen: Float32Array, held: Float32Array): number {
  const rate = seen.reduce((sum, y) => sum + y, 1) / (seen.length + 2)
  return held.reduce((sum, y) => sum - (y * Math.log(rate) + (1 - y) * Math.log(1 - rate)), 0)
}
