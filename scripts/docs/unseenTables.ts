import { z } from 'zod'

import { decimals, table } from './tables.js'

const interval = z.tuple([z.number(), z.number()])
const sourceMean = z.object({
  metric: z.string(),
  system: z.string(),
  value: z.number(),
  difference: z.object({ value: z.number(), overUnits: interval, overSources: interval }).optional(),
})
type SourceMeanRow = z.infer<typeof sourceMean>
const measured = z.object({ metrics: z.array(sourceMean) })

/** What the pages use of `quality/encoders.json`: `llimit evaluate-unseen --leave-out dev blocks sources --json`. */
export const encodersSchema = z.object({
  dev: measured.extend({ prompts: z.int() }),
  unseenBlocks: measured.extend({ cells: z.int() }),
  unseenSources: measured.extend({
    sources: z.array(z.string()),
    routed: z.array(z.object({ source: z.string(), recipe: z.number(), constant: z.number() })),
  }),
})
export type EncodersFile = z.infer<typeof encodersSchema>

/** Setups on the dev split, with differences over prompts. */
export function unseenDevTable({ dev }: EncodersFile): string[] {
  return [`${dev.prompts} prompts.`, '', ...meansTable(dev.metrics, 'overUnits')]
}

/** With differences over cells. */
export function unseenBlocksTable({ unseenBlocks: { cells, metrics } }: EncodersFile): string[] {
  return [`${cells} cells (LLM x source), means over sources.`, '', ...meansTable(metrics, 'overUnits')]
}

/** With differences over sources. */
export function unseenSourcesTable({ unseenSources: { sources, metrics } }: EncodersFile): string[] {
  return [`${sources.length} sources, means over them.`, '', ...meansTable(metrics, 'overSources')]
}

export function unseenRoutedTable({ unseenSources: { routed } }: EncodersFile): string[] {
  const rows = routed.map(({ source, recipe, constant }) => [source, decimals(recipe), decimals(constant)])
  return table(['source', 'routed', 'best constant'], rows)
}

/** A row for each system and metric: its value, and its difference to the first system with the 95 % interval. */
function meansTable(metrics: readonly SourceMeanRow[], over: 'overUnits' | 'overSources'): string[] {
  const rows = metrics.map(({ metric, system, value, difference }) => [
    metric,
    system,
    decimals(value),
    difference === undefined
      ? ''
      : `${signed(difference.value)} (${difference[over].map(signed).join(' to ')})`,
  ])
  return table(['metric', 'system', 'value', 'difference to the first'], rows)
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${decimals(value)}`
}
