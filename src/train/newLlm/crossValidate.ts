import type { LogitScale } from '../../calibration/probability.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import { softplus } from '../../numeric/logistic.js'
import { fitNewLlm, logitsOfRow } from './fitRow.js'
import type { NewOutcomes } from './fitRow.js'
import type { RowPrior } from './prior.js'

const FOLDS = 5

/** Outcomes below which folds of them say nothing. */
export const FEWEST = 10

/** Log losses on outcomes of the new LLM that the fit had not seen. */
export interface Validation {
  fitted: number
  /** Of the prior's mean, for which nothing was fitted. */
  unfitted: number
  /** Of the share of successes alone, whatever the prompt. */
  constant: number
}

/** Fits the row to four fifths of the outcomes and measures it on the last fifth, five times. */
export function crossValidate(
  network: DenseNetworkWeights,
  scale: LogitScale | undefined,
  prior: RowPrior,
  { inputs, target }: NewOutcomes,
): Validation | undefined {
  const n = target.length
  if (n < FEWEST) return undefined
  const width = inputs.length / n
  const sums = { fitted: 0, unfitted: 0, constant: 0 }
  for (let fold = 0; fold < FOLDS; fold++) {
    const take = (wanted: (i: number) => boolean): NewOutcomes => {
      const chosen = Array.from(target.keys()).filter(wanted)
      const rows = new Float32Array(chosen.length * width)
      chosen.forEach((i, row) => rows.set(inputs.subarray(i * width, (i + 1) * width), row * width))
      return { inputs: rows, target: Float32Array.from(chosen, (i) => target[i] ?? NaN) }
    }
    const [seen, held] = [take((i) => i % FOLDS !== fold), take((i) => i % FOLDS === fold)]
    const row = fitNewLlm(network, scale, prior, seen)
    const lossOf = (logits: Float32Array) => crossEntropy(logits, held.target, scale)
    sums.fitted += lossOf(logitsOfRow(network, row, held.inputs))
    sums.unfitted += lossOf(logitsOfRow(network, prior.mean, held.inputs))
    // One success and one failure more: a share of 0 or 1 would be infinitely sure.
    const successes = seen.target.reduce((sum, y) => sum + y, 1)
    const share = successes / (seen.target.length + 2)
    for (const y of held.target) sums.constant -= y * Math.log(share) + (1 - y) * Math.log(1 - share)
  }
  return { fitted: sums.fitted / n, unfitted: sums.unfitted / n, constant: sums.constant / n }
}

function crossEntropy(logits: Float32Array, target: Float32Array, scale: LogitScale | undefined): number {
  return logits.reduce((sum, logit, i) => {
    const z = scale === undefined ? logit : scale.slope * logit + scale.intercept
    return sum + softplus(z) - (target[i] ?? NaN) * z
  }, 0)
}
