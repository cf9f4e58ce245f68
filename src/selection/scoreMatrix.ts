import { leveled, levelFactor } from '../calibration/level.js'
import type { Level } from '../calibration/level.js'
import type { Placement } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import { rowOf } from '../numeric/matrix.js'
import type { Scores } from './requests.js'

/** @param scores [M, P] probabilities, changed in place */
export function levelScores(scores: Float32Array, places: readonly Placement[], level: Level): void {
  const factors = places.map(({ familiarity }) => levelFactor(familiarity, level))
  for (let i = 0; i < scores.length; i++) {
    scores[i] = leveled(at(scores, i), at(factors, i % factors.length))
  }
}

/** @param scores [M, P] */
export function byLlm(llms: readonly string[], P: number, scores: Float32Array): Scores {
  const matrix = { rows: llms.length, columns: P, data: scores }
  return new Map(llms.map((llm, m) => [llm, rowOf(matrix, m)]))
}
