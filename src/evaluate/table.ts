import { at } from '../numeric/at.js'
import type { Estimate } from '../metrics/bootstrap.js'
import type { Evaluation, MeasuredGroup } from './evaluate.js'
import type { PairReport } from './evaluatePair.js'
import { JOINT_METRIC_NAMES, JOINT_METRICS } from './joint.js'
import type { JointReport } from './joint.js'
import { LENGTH_METRIC_NAMES, LENGTH_METRICS } from './lengths.js'
import type { LengthEstimates, LengthReport } from './lengths.js'
import { METRIC_NAMES, METRICS } from './measure.js'
import type { Measured } from './measure.js'

const NO_ESTIMATE = '–'

/** The evaluation as the terminal shows it; the JSON holds the rest. */
export function tablesOf(evaluation: Evaluation): string[] {
  const { systems, llms, overall, sources, categories, pairRouting, joint, lengths } = evaluation
  const [first] = systems
  if (first === undefined) throw new Error('expected at least one system, got none')
  return [
    `${overall.prompts} prompts, ${overall.outcomes} outcomes of ${llms} LLMs; ± is half of a 95 % interval over prompts`,
    '',
    ...measuredTable(overall.systems),
    ...systems.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`])),
    ...(systems.length > 1 ? ['', ...differenceTable(overall, first.name)] : []),
    ...sources.flatMap((group) => ['', titleOf(group, 'source'), ...measuredTable(group.systems)]),
    ...(categories.length > 0 ? ['', `by category, ${first.name}`, ...categoryTable(categories)] : []),
    ...(pairRouting === undefined ? [] : ['', ...pairTable(pairRouting)]),
    ...(joint === undefined ? [] : ['', ...jointTable(joint)]),
    ...(lengths === undefined ? [] : ['', ...lengthTable(lengths)]),
  ]
}

function measuredTable(systems: readonly Measured[]): string[] {
  return aligned([
    ['', ...METRIC_NAMES.map((metric) => METRICS[metric].title)],
    ...systems.map(({ name, metrics }) => [
      name,
      ...METRIC_NAMES.map((metric) => estimateCell(METRICS[metric], metrics[metric])),
    ]),
  ])
}

/** Against the first system, which is the one that is asked about; an asterisk if the interval leaves out 0. */
function differenceTable({ systems }: MeasuredGroup, first: string): string[] {
  const [, ...others] = systems
  return aligned([
    [`difference to ${first}`, ...METRIC_NAMES.map((metric) => METRICS[metric].title)],
    ...others.map(({ name, difference }) => [
      name,
      ...METRIC_NAMES.map((metric) => differenceCell(METRICS[metric], difference[metric])),
    ]),
  ])
}

function categoryTable(groups: readonly MeasuredGroup[]): string[] {
  return aligned([
    ['', 'prompts', ...METRIC_NAMES.map((metric) => METRICS[metric].title)],
    ...groups.map(({ name, prompts, systems }) => [
      name || '(not given)',
      String(prompts),
      ...METRIC_NAMES.map((metric) => estimateCell(METRICS[metric], at(systems, 0).metrics[metric])),
    ]),
  ])
}

function pairTable({ strong, weak, prompts, quality, systems }: PairReport): string[] {
  const scores = `${strong} (${quality.strong.toFixed(3)}) and ${weak} (${quality.weak.toFixed(3)})`
  return [
    `routing between ${scores}, ${prompts} prompts`,
    ...aligned([
      ['', 'APGR', 'CPT(50 %)', 'CPT(80 %)'],
      ...systems.map(({ name, apgr, cpt50, cpt80 }) => [name, ...[apgr, cpt50, cpt80].map(withInterval)]),
    ]),
  ]
}

function jointTable({ deviation, prompts, systems }: JointReport): string[] {
  return [
    `outcomes of LLMs on one prompt together, ${prompts} prompts, difficulty of deviation ${deviation.toFixed(2)}`,
    ...aligned([
      ['', ...JOINT_METRIC_NAMES.map((metric) => JOINT_METRICS[metric].title)],
      ...systems.map(({ name, metrics }) => [
        name,
        ...JOINT_METRIC_NAMES.map((metric) => estimateCell(JOINT_METRICS[metric], metrics[metric])),
      ]),
      ...systems
        .slice(1)
        .map(({ name, difference }) => [
          `difference of ${name}`,
          ...JOINT_METRIC_NAMES.map((metric) => differenceCell(JOINT_METRICS[metric], difference[metric])),
        ]),
    ]),
  ]
}

function lengthTable({ overall, sources }: LengthReport): string[] {
  const titles = LENGTH_METRIC_NAMES.map((metric) => LENGTH_METRICS[metric])
  const first = sources.flatMap(({ name, answers, systems }) =>
    systems.slice(0, 1).map((system) => ({ ...system, name, answers })),
  )
  const row = (name: string, metrics: LengthEstimates) => [
    name || '(not given)',
    ...LENGTH_METRIC_NAMES.map((metric) => withInterval(metrics[metric])),
  ]
  return [
    `lengths of ${overall.answers} answers to ${overall.prompts} prompts`,
    ...aligned([['', ...titles], ...overall.systems.map(({ name, metrics }) => row(name, metrics))]),
    ...(first.length === 0
      ? []
      : [
          '',
          'lengths by source',
          ...aligned([['', ...titles], ...first.map(({ name, metrics }) => row(name, metrics))]),
        ]),
  ]
}

function titleOf({ name, prompts, outcomes }: MeasuredGroup, kind: string): string {
  return `${kind} ${name || '(not given)'}: ${prompts} prompts, ${outcomes} outcomes`
}

interface Shown {
  isLopsided: boolean
}

/** `0.828 ±0.011`, or `0.015 (0.002 to 0.022)` where the value is far from the middle of its interval. */
export function estimateCell({ isLopsided }: Shown, estimate: Estimate | undefined): string {
  if (estimate === undefined || !isLopsided) return withInterval(estimate)
  return `${estimate.value.toFixed(3)} (${estimate.low.toFixed(3)} to ${estimate.high.toFixed(3)})`
}

/** The same of a difference, with signs; an asterisk marks an interval without 0. */
export function differenceCell({ isLopsided }: Shown, estimate: Estimate | undefined): string {
  if (estimate === undefined || !isLopsided) return signed(estimate)
  const { value, low, high } = estimate
  return `${signedNumber(value)} (${signedNumber(low)} to ${signedNumber(high)})${markOf(estimate)}`
}

export function withInterval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return NO_ESTIMATE
  return `${estimate.value.toFixed(3)} ±${((estimate.high - estimate.low) / 2).toFixed(3)}`
}

export function signed(estimate: Estimate | undefined): string {
  if (estimate === undefined) return NO_ESTIMATE
  const { value, low, high } = estimate
  return `${signedNumber(value)} ±${((high - low) / 2).toFixed(3)}${markOf(estimate)}`
}

function signedNumber(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`
}

function markOf({ low, high }: Estimate): string {
  return low > 0 || high < 0 ? '*' : ' '
}

/** Columns of equal width, the first to the left and the others to the right. */
export function aligned(rows: readonly string[][]): string[] {
  const widths = at(rows, 0).map((_, c) => Math.max(...rows.map((row) => at(row, c).length)))
  return rows.map((row) =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(at(widths, c)) : cell.padStart(at(widths, c))))
      .join('  ')
      .trimEnd(),
  )
}
