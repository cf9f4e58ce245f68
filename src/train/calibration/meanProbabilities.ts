import { probabilityOf } from '../../calibration/probability.js'
import type { Calibration } from '../../card.js'
import { at } from '../../numeric/at.js'
import { gatherRows, rowOf } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'
import type { PreparedData } from '../data/prepareData.js'
import { logitGrid } from '../logitGrid.js'

interface TrainedNetwork {
  network: DenseNetworkWeights
  calibration: Calibration | undefined
  prepared: Pick<PreparedData, 'train' | 'llms'>
}

/** Prompts of a source that say what its mean is; more are taken at equal steps. */
const MAX_PROMPTS = 500

/**
 * The mean probability of each LLM over the training prompts, sources weighing the same: what a router goes by that sends all
 * prompts to one LLM. Means of outcomes would not do, since every LLM has others. A TensorFlow.js backend must have been started.
 * @returns [M]
 */
export function meanProbabilities({ network, calibration, prepared }: TrainedNetwork): Float64Array {
  const { train, llms } = prepared
  const sources = [...new Set(train.source)]
  const means = new Float64Array(llms.length)
  for (const source of sources) {
    const own = Array.from(train.source.keys()).filter((p) => train.source[p] === source)
    const step = Math.max(1, own.length / MAX_PROMPTS)
    const chosen = Array.from({ length: Math.floor(own.length / step) }, (_, i) =>
      at(own, Math.floor(i * step)),
    )
    const grid = logitGrid(network, gatherRows(train.inputs, chosen))
    for (let p = 0; p < grid.rows; p++) {
      rowOf(grid, p).forEach((logit, m) => {
        means[m] = at(means, m) + probabilityOf(logit, calibration) / grid.rows / sources.length
      })
    }
  }
  return means
}
