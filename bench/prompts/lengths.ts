import { at } from '../../src/numeric/at.js'
import type { Random } from '../../src/numeric/random.js'

/**
 * Tokens per prompt over 1,449 real prompts of chats, exams and coding questions: [quantile, tokens], with [CLS] and
 * [SEP], cut at 256 as the encoder does. Their mean is 111.
 */
const QUANTILES: readonly (readonly [number, number])[] = [
  [0, 7],
  [0.05, 11],
  [0.1, 14],
  [0.2, 22],
  [0.25, 30],
  [0.3, 41],
  [0.4, 70],
  [0.5, 100],
  [0.6, 126],
  [0.7, 152],
  [0.75, 170],
  [0.8, 196],
  [0.85, 232],
  [0.9, 256],
  [1, 256],
]

/** A length in tokens, drawn from the real distribution by its inverse. */
export function drawLength(random: Random): number {
  const u = random()
  const above = QUANTILES.findIndex(([quantile]) => quantile > u)
  const [q1, tokens1] = at(QUANTILES, above)
  const [q0, tokens0] = at(QUANTILES, above - 1)
  return Math.round(tokens0 + ((u - q0) / (q1 - q0)) * (tokens1 - tokens0))
}
