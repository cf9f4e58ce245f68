import fc from 'fast-check'

import { at } from '../../src/numeric/at.js'
import { createRandom, gaussian } from '../../src/numeric/random.js'
import type { Batch } from '../../src/train/data/batch.js'

/** What a batch says of one prompt; the LLMs are 0, 1, … in this order. */
export interface PromptRow {
  /** NaN for none. */
  targets: readonly number[]
  /** Index of an LLM, of another one, preference. */
  comparisons: readonly (readonly [number, number, number])[]
  category: number
  /** Of its outcomes in the loss; 1 if left out. */
  weight?: number
}

/** Inputs of width `width`, of the standard normal distribution, all different. */
export function batchOfRows(rows: readonly PromptRow[], width = 0): Batch {
  const random = createRandom(7)
  const inputs = Float32Array.from({ length: rows.length * width }, () => gaussian(random))
  const first = rows.map((_, p) => rows.slice(0, p).reduce((sum, { targets }) => sum + targets.length, 0))
  const compared = rows.flatMap(({ comparisons }, p) =>
    comparisons.map(([a, b, preference]) => [at(first, p) + a, at(first, p) + b, preference] as const),
  )
  return {
    inputs: { rows: rows.length, columns: width, data: inputs },
    category: Int32Array.from(rows, ({ category }) => category),
    weight: Float32Array.from(rows, ({ weight = 1 }) => weight),
    prompt: Int32Array.from(rows.flatMap(({ targets }, p) => targets.map(() => p))),
    llm: Int32Array.from(rows.flatMap(({ targets }) => targets.map((_, llm) => llm))),
    target: Float32Array.from(rows.flatMap(({ targets }) => targets)),
    a: Int32Array.from(compared, ([a]) => a),
    b: Int32Array.from(compared, ([, b]) => b),
    preference: Float32Array.from(compared, ([, , preference]) => preference),
  }
}

const anyTarget = fc.constantFrom(0, 0, 0.25, 1, 1, NaN)

const anyRow: fc.Arbitrary<PromptRow> = fc
  .array(anyTarget, { minLength: 2, maxLength: 4 })
  .chain((targets) => {
    const comparison = fc
      .uniqueArray(fc.nat({ max: targets.length - 1 }), { minLength: 2, maxLength: 2 })
      .chain(([a = 0, b = 1]) => fc.tuple(fc.constant(a), fc.constant(b), fc.constantFrom(0, 0.5, 1)))
    return fc.record({
      targets: fc.constant(targets),
      comparisons: fc.array(comparison, { maxLength: 3 }),
      category: fc.integer({ min: -1, max: 2 }),
      weight: fc.constantFrom(0.5, 1, 2),
    })
  })

export const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 4 })

/** Every kind of thing that a batch may hold: ties, soft targets, pairs without a target, prompts without a category. */
export const MIXED_ROWS: readonly PromptRow[] = [
  { targets: [1, 0, 0.25], comparisons: [[0, 2, 0.5]], category: 0 },
  { targets: [0, NaN, 1], comparisons: [[1, 2, 0]], category: -1, weight: 0.25 },
  { targets: [1, 1, 0], comparisons: [[2, 0, 1]], category: 1 },
  { targets: [NaN, NaN, 0], comparisons: [[0, 1, 1]], category: 1 },
]
