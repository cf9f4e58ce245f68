import fc from 'fast-check'

import type { Candidate } from '../../src/decision/candidate.js'

/** Few different values, so that there are ties. */
const probability = fc.oneof(
  fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
  fc.double({ min: 0, max: 1, noNaN: true }),
)
const cost = fc.oneof(
  fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8),
  fc.double({ min: 1e-6, max: 2, noNaN: true }),
)

function candidatesOf(costs: fc.Arbitrary<number | null>, maxLength: number): fc.Arbitrary<Candidate[]> {
  const one = fc.record({
    probability,
    cost: costs,
    standardError: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  return fc
    .array(one, { minLength: 1, maxLength })
    .map((all) => all.map((candidate, i) => ({ ...candidate, llm: `llm-${i}` })))
}

export const candidates = candidatesOf(fc.option(cost), 8)
export const priced = candidatesOf(cost, 8)
/** Of each prompt. */
export const prompts = fc.array(candidatesOf(cost, 4), { minLength: 1, maxLength: 5 })

export function candidate(llm: string, probability: number, cost: number | null = null): Candidate {
  return { llm, probability, cost, standardError: 0.3 }
}
