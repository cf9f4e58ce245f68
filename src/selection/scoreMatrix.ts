import { leveled, levelFactor } from '../calibration/level.js'
import type { Level } from '../calibration/level.js'
import type { Placement } from '../calibration/regions.js'
import type { Card } from '../card.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { featureCount } from '../features/features.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { rowOf, stackRows } from '../numeric/matrix.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { Scores } from './requests.js'

interface ToScore {
  /** [P] */
  embedded: readonly CachedEmbedding[]
  /** [P] of [F] */
  features: readonly Float32Array[]
  rows: ReadonlyMap<string, LlmRow>
  batchSize: number
}

/** Prompts as a network takes them. */
export function batchOf(
  { encoder, features: { version } }: Card,
  { embedded, features, rows, batchSize }: ToScore,
) {
  const vectors = embedded.map(({ vector }) => vector)
  return {
    embeddings: stackRows(vectors, encoder.dimension).data,
    features: stackRows(features, featureCount(version)).data,
    llms: Int32Array.from(rows.values()),
    batchSize,
  }
}

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
