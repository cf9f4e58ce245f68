import { z } from 'zod'

import { JOINT_METRIC_NAMES, JOINT_METRICS } from '../../src/evaluate/joint.js'
import type { JointMetric } from '../../src/evaluate/joint.js'
import { LENGTH_METRIC_NAMES, LENGTH_METRICS } from '../../src/evaluate/lengths.js'
import { METRICS } from '../../src/evaluate/measure.js'
import type { MetricName } from '../../src/evaluate/measure.js'

export const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() })
type Estimate = z.infer<typeof estimate>
const metrics = z.partialRecord(z.string(), estimate)
const group = z.object({
  name: z.string(),
  prompts: z.int(),
  systems: z.array(z.object({ name: z.string(), metrics, difference: metrics })),
})
type Group = z.infer<typeof group>

const lengthGroup = z.object({
  name: z.string(),
  answers: z.int(),
  systems: z.array(z.object({ name: z.string(), metrics })),
})

/** What the pages use of `quality/evaluation.json`, which `llimit evaluate --out` writes. */
export const evaluationSchema = z.object({
  systems: z.array(z.object({ name: z.string(), note: z.string().optional() })),
  overall: group,
  sources: z.array(group),
  pairRouting: z.object({
    strong: z.string(),
    weak: z.string(),
    prompts: z.int(),
    quality: z.object({ strong: z.number(), weak: z.number() }),
    systems: z.array(z.object({ name: z.string(), apgr: estimate, cpt50: estimate, cpt80: estimate })),
  }),
  /** Absent if the card of the model has no shared difficulty. */
  joint: z.exactOptional(
    z.object({
      deviation: z.number(),
      prompts: z.int(),
      systems: z.array(z.object({ name: z.string(), metrics, difference: metrics })),
    }),
  ),
  /** Absent if the model knows nothing of lengths. */
  lengths: z.exactOptional(z.object({ overall: lengthGroup, sources: z.array(lengthGroup) })),
})
export type EvaluationFile = z.infer<typeof evaluationSchema>

/** Columns of the pages. The Brier score would say what the log loss does. */
const SHOWN: readonly MetricName[] = ['auc', 'pairs', 'logLoss', 'ece', 'routed']
const ABSENT = '–'

type Row = readonly string[]

/** The short table of README: values without intervals. */
export function qualityTable({ overall }: EvaluationFile): string[] {
  const rows = overall.systems.map(({ name, metrics }) => [
    name,
    ...SHOWN.map((metric) => valueOf(metrics[metric])),
  ])
  return table(['system', ...titles(SHOWN)], rows)
}

export function overallTable({ systems, overall }: EvaluationFile): string[] {
  const notes = systems.flatMap(({ name, note }) => (note === undefined ? [] : [`- ${name}: ${note}.`]))
  return [...measured(overall), '', ...notes]
}

/** Of all other systems to the first. */
export function differenceTable({ overall }: EvaluationFile): string[] {
  const rows = overall.systems
    .slice(1)
    .map(({ name, difference }) => [
      name,
      ...SHOWN.map((metric) => differenceCell(METRICS[metric], difference[metric])),
    ])
  return table(['system', ...titles(SHOWN)], rows)
}

/** The first system in each source. */
export function sourceTable({ sources }: EvaluationFile): string[] {
  const rows = sources.map(({ name, prompts, systems }) => [
    name,
    String(prompts),
    ...SHOWN.map((metric) => estimateCell(METRICS[metric], systems[0]?.metrics[metric])),
  ])
  return table(['source', 'prompts', ...titles(SHOWN)], rows)
}

export function routingTable({ pairRouting }: EvaluationFile): string[] {
  const { strong, weak, prompts, quality, systems } = pairRouting
  const rows = systems.map(({ name, apgr, cpt50, cpt80 }) => [
    name,
    ...[apgr, cpt50, cpt80].map((value) => withInterval(value)),
  ])
  return [
    `- Strong: \`${strong}\`, mean score ${decimals(quality.strong)}.`,
    `- Weak: \`${weak}\`, mean score ${decimals(quality.weak)}.`,
    `- ${prompts} prompts with outcomes of both. Random routing has an APGR of .500.`,
    '',
    ...table(['system', 'APGR', 'CPT(50 %)', 'CPT(80 %)'], rows),
  ]
}

export function jointTable({ joint }: EvaluationFile): string[] {
  if (joint === undefined) return ['The card of this model has no shared difficulty.']
  const { deviation, prompts, systems } = joint
  const row = (name: string, cellOf: (metric: JointMetric) => string) => [
    name,
    ...JOINT_METRIC_NAMES.map(cellOf),
  ]
  return [
    `- ${prompts} prompts with outcomes of two LLMs or more.`,
    `- Deviation of the shared difficulty: ${decimals(deviation)} in logits.`,
    '',
    ...table(
      ['', ...JOINT_METRIC_NAMES.map((metric) => JOINT_METRICS[metric].title)],
      [
        ...systems.map(({ name, metrics }) =>
          row(name, (metric) => estimateCell(JOINT_METRICS[metric], metrics[metric])),
        ),
        ...systems
          .slice(1)
          .map(({ name, difference }) =>
            row(`difference of ${name}`, (metric) =>
              differenceCell(JOINT_METRICS[metric], difference[metric]),
            ),
          ),
      ],
    ),
  ]
}

/** All systems on all answers, and the first in each source. */
export function lengthTables({ lengths }: EvaluationFile): string[] {
  if (lengths === undefined) return ['This model knows nothing of lengths.']
  const { overall, sources } = lengths
  const titlesOfLengths = LENGTH_METRIC_NAMES.map((metric) => LENGTH_METRICS[metric])
  const cells = (estimates: z.infer<typeof metrics> | undefined) =>
    LENGTH_METRIC_NAMES.map((metric) => withInterval(estimates?.[metric]))
  return [
    ...table(
      ['', 'answers', ...titlesOfLengths],
      overall.systems.map(({ name, metrics: own }) => [name, String(overall.answers), ...cells(own)]),
    ),
    '',
    ...table(
      ['source', 'answers', ...titlesOfLengths],
      sources.map(({ name, answers, systems }) => [name, String(answers), ...cells(systems[0]?.metrics)]),
    ),
  ]
}

function measured({ systems }: Group): string[] {
  const rows = systems.map(({ name, metrics }) => [
    name,
    ...SHOWN.map((metric) => estimateCell(METRICS[metric], metrics[metric])),
  ])
  return table(['system', ...titles(SHOWN)], rows)
}

function titles(names: readonly MetricName[]): string[] {
  return names.map((metric) => METRICS[metric].title)
}

/** In Markdown, the first column to the left and the others to the right, laid out as the formatter does. */
export function table(head: Row, rows: readonly Row[]): string[] {
  const widths = head.map((_, c) => Math.max(3, ...[head, ...rows].map((row) => row[c]?.length ?? 3)))
  const line = (row: Row) =>
    `| ${widths.map((width, c) => (c === 0 ? cell(row, c).padEnd(width) : cell(row, c).padStart(width))).join(' | ')} |`
  const rule = `| ${widths.map((width, c) => (c === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)]
}

function cell(row: Row, column: number): string {
  return row[column] ?? ABSENT
}

/** `.802`; the leading zero says nothing. */
export function decimals(value: number): string {
  return value.toFixed(3).replace(/^(-?)0\./, '$1.')
}

function valueOf(estimate: Estimate | undefined): string {
  return estimate === undefined ? ABSENT : decimals(estimate.value)
}

/** By its limits where the value is far from the middle of its interval. */
function estimateCell({ isLopsided }: { isLopsided: boolean }, estimate: Estimate | undefined): string {
  if (estimate === undefined || !isLopsided) return withInterval(estimate)
  return `${decimals(estimate.value)} (${decimals(estimate.low)} to ${decimals(estimate.high)})`
}

function differenceCell({ isLopsided }: { isLopsided: boolean }, estimate: Estimate | undefined): string {
  if (estimate === undefined || !isLopsided) return signedEstimate(estimate)
  const { value, low, high } = estimate
  return `${signedDecimals(value)} (${signedDecimals(low)} to ${signedDecimals(high)})${markOf(estimate)}`
}

export function withInterval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ABSENT
  return `${decimals(estimate.value)} ±${decimals((estimate.high - estimate.low) / 2)}`
}

export function signedEstimate(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ABSENT
  const { value, low, high } = estimate
  return `${signedDecimals(value)} ±${decimals((high - low) / 2)}${markOf(estimate)}`
}

function signedDecimals(value: number): string {
  return `${value < 0 ? '' : '+'}${decimals(value)}`
}

function markOf({ low, high }: Estimate): string {
  return low > 0 || high < 0 ? '*' : ''
}
