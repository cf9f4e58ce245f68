import { leveled, levelFactor } from '../calibration/level.js'
import type { Level } from '../calibration/level.js'
import type { Placement } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import { rowOf } from '../numeric/matrix.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { Scores } from './requests.js'

/**
 * Yielding: half a million scores take 50 ms.
 * @param scores [M, P] probabilities, changed in place
 * @param places [P]
 */
export async function levelScores(
  scores: Float32Array,
  places: readonly Placement[],
  level: Level,
  signal: AbortSignal | undefined,
): Promise<void> {
  const P = places.length
  const factors = places.map(({ familiarity }) => levelFactor(familiarity, level))
  const ofLlms = Array.from({ length: scores.length / P }, (_, m) => scores.subarray(m * P, (m + 1) * P))
  await mapYielding(
    ofLlms,
    (ofPrompts) => {
      for (let p = 0; p < P; p++) ofPrompts[p] = leveled(at(ofPrompts, p), at(factors, p))
    },
    signal,
  )
}

/** @param scores [M, P] */
export function byLlm(llms: readonly string[], P: number, scores: Float32Array): Scores {
  const matrix = { rows: llms.length, columns: P, data: scores }
  return new Map(llms.map((llm, m) => [llm, rowOf(matrix, m)]))
}
