import { LLimitError } from '../../errors.js'
import { at } from '../../numeric/at.js'
import { rowOf } from '../../numeric/matrix.js'
import type { DenseNetworkWeights } from '../../scorer/networkWeights.js'

/**
 * The network with numbers added to all logits of some LLMs, and all else as it is.
 * @param levels row of the LLM -> what is added to its logits, before they are calibrated
 * @throws LLimitError INVALID_ARGUMENT for a network of towers alone, which have no place for it.
 */
export function withLevels(
  network: DenseNetworkWeights,
  levels: ReadonlyMap<number, number>,
): DenseNetworkWeights {
  const { llmBias, gatedBranches } = network
  if (llmBias !== undefined) {
    const raised = llmBias.slice()
    for (const [row, level] of levels) raised[row] = at(raised, row) + level
    return { ...network, llmBias: raised }
  }
  const [first, ...others] = gatedBranches
  if (first === undefined) {
    const message = 'expected a model with a number or classes for each LLM, got one of towers alone'
    throw new LLimitError('INVALID_ARGUMENT', message)
  }
  // The shares of the classes sum to one.
  const classScores = { ...first.classScores, data: first.classScores.data.slice() }
  for (const [row, level] of levels) {
    const own = rowOf(classScores, row)
    own.forEach((score, k) => (own[k] = score + level))
  }
  return { ...network, gatedBranches: [{ ...first, classScores }, ...others] }
}
