import { quantileOf } from '../src/numeric/quantile.js'
import type { SkippedSystem } from './systems/systemUnderTest.js'

/** What can be measured, and whether less or more of it is better. */
export const UNITS = {
  ms: 'less',
  MiB: 'less',
  'requests/s': 'more',
  'prompts/s': 'more',
  'tokens/s': 'more',
  'GF/s': 'more',
  '% of the limit': 'more',
} as const
type Unit = keyof typeof UNITS

/** One number of one system in one round. */
export interface Measure {
  metric: string
  unit: Unit
  value: number
}

/** The same number over all rounds. */
export interface Summary {
  metric: string
  unit: Unit
  median: number
  rounds: number[]
}

/** All numbers of one system in one workload. */
export interface ResultRow {
  system: string
  /** The first is the one that a chart shows. */
  summaries: Summary[]
  /** Why the system has no numbers, or not those of every round. */
  failed?: string
}

export interface Section {
  id: string
  title: string
  rows: ResultRow[]
}

export interface SystemDescription {
  name: string
  answers: 'scores' | 'embeddings'
  versions: Readonly<Record<string, string>>
  /** The engine that the server has chosen. */
  engine?: string
}

/** Everything that a run found: the content of performance.json. */
export interface Results {
  date: string
  commit: string
  /** Whether sizes were cut for a trial; such numbers show that the benchmark works and nothing else. */
  quick: boolean
  rounds: number
  machine: Readonly<Record<string, string | number>>
  /** The system to which ratios are made. */
  baseline: string
  systems: SystemDescription[]
  skipped: SkippedSystem[]
  sections: Section[]
}

/** Collects measures while the rounds go on. */
export interface Collector {
  add(system: string, measures: readonly Measure[]): void
  fail(system: string, reason: string): void
  section(): Section
}

export function createCollector(id: string, title: string): Collector {
  const rows = new Map<string, ResultRow>()
  const rowOf = (system: string): ResultRow => {
    const row = rows.get(system) ?? { system, summaries: [] }
    rows.set(system, row)
    return row
  }
  return {
    add: (system, measures) => {
      const { summaries } = rowOf(system)
      for (const { metric, unit, value } of measures) {
        const known = summaries.find((summary) => summary.metric === metric && summary.unit === unit)
        if (known === undefined) summaries.push({ metric, unit, median: value, rounds: [value] })
        else {
          known.rounds.push(value)
          known.median = quantileOf(known.rounds, 0.5)
        }
      }
    },
    fail: (system, reason) => {
      rowOf(system).failed = reason
    },
    section: () => ({ id, title, rows: [...rows.values()] }),
  }
}

/** How many times better than the baseline: above 1 is better, whichever way the unit points. */
export function ratio(summary: Summary, baseline: Summary): number {
  const quotient = summary.median / baseline.median
  return UNITS[summary.unit] === 'more' ? quotient : 1 / quotient
}
