import { at } from '../../numeric/at.js'
import { matrixOf } from '../../numeric/matrix.js'
import type { Matrix } from '../../numeric/matrix.js'
import type { RefittedScores } from './refitScores.js'

/**
 * Where an LLM has many outcomes on a class, the score that was trained together with the gate; where it has none, the one that
 * was fitted, which falls back on its ability.
 * @param trained [M, K] class scores
 * @param halfway information at which both count alike
 * @returns [M, K]
 */
export function blendScores(
  trained: Matrix,
  { scores, information }: Pick<RefittedScores, 'scores' | 'information'>,
  halfway: number,
): Matrix {
  const blended = trained.data.map((value, i) => {
    const share = at(information.data, i) / (at(information.data, i) + halfway)
    return share * value + (1 - share) * at(scores.data, i)
  })
  return matrixOf(blended, trained.columns)
}
