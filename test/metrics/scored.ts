import fc from 'fast-check'

import type { ScoredOutcomes } from '../../src/metrics/scoredOutcomes.js'

/** One outcome: prompt, score, prediction. */
export type Row = readonly [number, number, number]

const PROMPTS = 5

export function scored(rows: readonly Row[], prompts = PROMPTS): ScoredOutcomes {
  const sorted = rows.toSorted(([p], [q]) => p - q)
  return {
    prompts,
    prompt: Int32Array.from(sorted, ([prompt]) => prompt),
    score: Float64Array.from(sorted, ([, score]) => score),
    prediction: Float64Array.from(sorted, ([, , prediction]) => prediction),
  }
}

/** Few values, so that ties of every kind are common. */
export const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: PROMPTS - 1 }),
    fc.constantFrom(0, 0, 0.25, 0.5, 1, 1),
    fc.constantFrom(0, 0.1, 0.3, 0.5, 0.7, 0.999, 1),
  ),
  { maxLength: 25 },
)

export const weights = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: PROMPTS, maxLength: PROMPTS })

/** The sample written out: each prompt as often as its weight says, as a prompt of its own. */
export function writtenOut(all: readonly Row[], often: readonly number[]): ScoredOutcomes {
  const copies = often.flatMap((times, p) => Array.from({ length: times }, () => p))
  const sampled = copies.flatMap((p, copy) =>
    all.filter(([prompt]) => prompt === p).map(([, score, prediction]): Row => [copy, score, prediction]),
  )
  return scored(sampled, copies.length)
}

/** Equal up to rounding, NaN equal to NaN. */
export function near(x: number, y: number): boolean {
  return Number.isNaN(x) ? Number.isNaN(y) : Math.abs(x - y) < 1e-9
}
