import { z } from 'zod'

import { decimals, estimate, signedEstimate, table, withInterval } from './tables.js'

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

const gain = z.object({
  prompts: z.int(),
  gain: estimate.optional(),
  overSources: estimate.optional(),
  share: z.number().optional(),
})
const bounds = z.array(z.object({ bound: z.number(), unseen: gain, known: gain }))
const scores = { prompts: z.int(), best: z.number(), constant: z.number(), guarded: z.number() }

/** What the pages use of `quality/sources.json`: `llimit evaluate-unseen --leave-out sources --json`. */
export const sourcesSchema = z.object({
  unseenSources: z.object({
    careful: z.object({
      guard: z.object({
        z: z.number(),
        sources: z.array(z.object({ source: z.string(), ...scores, standardError: z.number() })),
        known: z.object({ ...scores, kept: estimate }),
      }),
      familiarity: bounds,
      evidence: bounds,
    }),
  }),
})
export type SourcesFile = z.infer<typeof sourcesSchema>

const addedLlms = z.object({ logLoss: z.number(), pairs: z.number() })

/** What the pages use of `quality/unseen.json`: `llimit evaluate-unseen --leave-out categories llms --json`. */
export const unseenSchema = z.object({
  unseenCategories: measured.extend({ prompts: z.int(), outcomes: z.int() }),
  newLlms: z.array(z.object({ size: z.int(), named: addedLlms, unnamed: addedLlms })),
})
export type UnseenFile = z.infer<typeof unseenSchema>

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

/** Of a difference that lies exactly at its standard error. */
const ROUNDING = 1e-9

/** The guard next to the best constant on each unseen source, and what it keeps on known ones. */
export function guardTable({ unseenSources }: SourcesFile): string[] {
  const { z: errors, sources, known } = unseenSources.careful.guard
  const meanOf = (way: 'best' | 'constant' | 'guarded') =>
    decimals(sources.reduce((sum, row) => sum + row[way], 0) / sources.length)
  const rows = sources.map(({ source, prompts, best, constant, guarded, standardError }) => [
    source,
    String(prompts),
    decimals(constant),
    decimals(guarded),
    `${signed(guarded - constant)} ±${decimals(standardError)}`,
    decimals(best),
  ])
  const below = sources.filter(
    ({ guarded, constant, standardError }) => constant - guarded > standardError + ROUNDING,
  )
  return [
    `- z = ${decimals(errors)}. Below the constant by more than one standard error: ${below.length} of ${sources.length} sources.`,
    `- ${known.prompts} dev prompts of known sources: constant ${decimals(known.constant)}, guard ${decimals(known.guarded)}, no guard ${decimals(known.best)}.`,
    `- Share of the gain there that the guard keeps: ${withInterval(known.kept)}.`,
    '',
    ...table(
      ['source', 'prompts', 'constant', 'guard', 'difference ± SE', 'no guard'],
      [...rows, ['mean', '', meanOf('constant'), meanOf('guarded'), '', meanOf('best')]],
    ),
  ]
}

/** Whole categories, and LLMs that were added from few outcomes. */
export function unseenTable({
  unseenCategories: { metrics, prompts, outcomes },
  newLlms,
}: UnseenFile): string[] {
  const ofCategories = metrics.map(({ metric, system, value, difference }) => [
    `${metric} of whole categories, ${system}`,
    difference === undefined ? decimals(value) : `${decimals(value)} (${signed(difference.value)})`,
  ])
  const ofLlms = newLlms.map(({ size, named, unnamed }) => [
    String(size),
    ...[named, unnamed].flatMap(({ logLoss, pairs }) => [decimals(logLoss), decimals(pairs)]),
  ])
  return [
    `${prompts} prompts and ${outcomes} outcomes of categories in three folds.`,
    '',
    ...table(['left out', 'value'], ofCategories),
    '',
    '20 LLMs; log loss, and share of pairs with known LLMs in the right order.',
    '',
    ...table(['outcomes', 'log loss', 'pairs', 'log loss, name unlike others', 'pairs'], ofLlms),
  ]
}

/** What is gained over the best constant below each bound. */
export function boundTable({ unseenSources }: SourcesFile, field: 'familiarity' | 'evidence'): string[] {
  const rows = unseenSources.careful[field].map(({ bound, unseen, known }) => [
    bound > 1 && field === 'familiarity' ? 'all' : `< ${bound}`,
    String(unseen.prompts),
    signedEstimate(unseen.gain),
    signedEstimate(unseen.overSources),
    String(known.prompts),
    signedEstimate(known.gain),
    known.share === undefined ? '–' : decimals(known.share),
  ])
  return table(
    [field, 'unseen prompts', 'gain', 'over sources', 'known prompts', 'gain there', 'of the whole gain'],
    rows,
  )
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
