import { z } from 'zod'

import { nameOf } from '../../src/evaluate/decisions/describe.js'
import { decimals, estimate, signedEstimate, table, withInterval } from './tables.js'

const compared = z.object({
  value: estimate.optional(),
  overConstants: estimate.optional(),
  overNearest: estimate.optional(),
})
const curves = z.array(
  z.object({
    objective: z.string(),
    view: z.enum(['model', 'kNN', 'constants']),
    compared: z.array(compared).min(1),
  }),
)
type Curves = z.infer<typeof curves>
const shares = z.array(z.number())

/** What the pages use of `quality/decisions.json`, which `llimit evaluate-decisions --out` writes. */
export const decisionsSchema = z.object({
  prompts: z.int(),
  llms: z.int(),
  shares,
  curves,
  points: z.array(
    z.object({
      name: z.string(),
      cost: z.number(),
      score: estimate.optional(),
      overConstants: estimate.optional(),
    }),
  ),
  pair: z.object({ strong: z.string(), weak: z.string(), prompts: z.int(), shares, curves }),
})
export type DecisionsFile = z.infer<typeof decisionsSchema>

/** Single ways to choose, with what they cost. */
export function choicesTable({ prompts, llms, points }: DecisionsFile): string[] {
  const rows = points.map(({ name, cost, score, overConstants }) => [
    name,
    `$${(1000 * cost).toPrecision(3)}`,
    withInterval(score),
    signedEstimate(overConstants),
  ])
  return [
    `${prompts} prompts, ${llms} LLMs of known cost.`,
    '',
    ...table(['', 'cost of 1,000', 'score', 'over mixing'], rows),
  ]
}

/** The scores of curves at the same cost, then their average with differences. */
export function curvesTable({ shares: own, curves: all }: DecisionsFile): string[] {
  return scoresTable(all, own)
}

export function thresholdTable({ pair }: DecisionsFile): string[] {
  return [
    `Strong: \`${pair.strong}\`, weak: \`${pair.weak}\`, ${pair.prompts} prompts with both.`,
    '',
    ...scoresTable(pair.curves, pair.shares),
  ]
}

function scoresTable(all: Curves, own: readonly number[]): string[] {
  const rows = all.map((curve) => {
    const average = curve.compared.at(-1)
    return [
      nameOf(curve),
      ...curve.compared.map(({ value }) => (value === undefined ? '–' : decimals(value.value))),
      signedEstimate(average?.overConstants),
      signedEstimate(average?.overNearest),
    ]
  })
  const titles = own.map((share) => `${Math.round(100 * share)} %`)
  return table(['', ...titles, 'average', 'over mixing', 'over kNN'], rows)
}
