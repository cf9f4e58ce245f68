import { leveled, levelFactor } from '../calibration/level.js'
import type { Level } from '../calibration/level.js'
import type { Placement } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import { rowOf } from '../numeric/matrix.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { Scores } from './requests.js'

/** Scores, about a tenth of a millisecond. */
const STEP = 1024

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
  const starts = Array.from({ length: Math.ceil(scores.length / STEP) }, (_, i) => i * STEP)
  await mapYielding(
    starts,
    (start) => {
      const end = Math.min(scores.length, start + STEP)
      for (let i = start; i < end; i++) scores[i] = leveled(at(scores, i), at(factors, i % P))
    },
    signal,
  )
}

/** @param scores [M, P] */
export function byLlm(llms: readonly string[], P: number, scores: Float32Array): Scores {
  const matrix = { rows: llms.length, columns: P, data: scores }
  return new Map(llms.map((llm, m) => [llm, rowOf(matrix, m)]))
}
