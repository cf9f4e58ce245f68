import { quantileOf } from '../src/numeric/quantile.js'

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

/** One number of one contender in one round. */
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

export interface Row {
  contender: string
  /** The first is the one that a chart shows. */
  summaries: Summary[]
  /** Why the contender has no numbers, or not those of every round. */
  failed?: string
}

export interface Section {
  id: string
  title: string
  rows: Row[]
}

interface Entrant {
  name: string
  answers: 'scores' | 'embeddings'
  versions: Readonly<Record<string, string>>
  /** What the server says of itself: the engine that it has chosen. */
  description?: string
}

/** Everything that a run found: the content of performance.json. */
export interface Results {
  date: string
  commit: string
  /** Whether sizes were cut for a trial; such numbers show that the benchmark works and nothing else. */
  quick: boolean
  rounds: number
  machine: Readonly<Record<string, string | number>>
  /** The contender to which ratios are made. */
  baseline: string
  entrants: Entrant[]
  absent: { name: string; absent: string }[]
  sections: Section[]
}

/** Collects measures while the rounds go on. */
export interface Collector {
  add(contender: string, measures: readonly Measure[]): void
  fail(contender: string, reason: string): void
  section(): Section
}

export function collect(id: string, title: string): Collector {
  const rows = new Map<string, Row>()
  const rowOf = (contender: string): Row => {
    const row = rows.get(contender) ?? { contender, summaries: [] }
    rows.set(contender, row)
    return row
  }
  return {
    add: (contender, measures) => {
      const { summaries } = rowOf(contender)
      for (const { metric, unit, value } of measures) {
        const known = summaries.find((summary) => summary.metric === metric && summary.unit === unit)
        if (known === undefined) summaries.push({ metric, unit, median: value, rounds: [value] })
        else {
          known.rounds.push(value)
          known.median = quantileOf(known.rounds, 0.5)
        }
      }
    },
    fail: (contender, reason) => {
      rowOf(contender).failed = reason
    },
    section: () => ({ id, title, rows: [...rows.values()] }),
  }
}

/** How many times better than the baseline: above 1 is better, whichever way the unit points. */
export function ratio(summary: Summary, baseline: Summary): number {
  const quotient = summary.median / baseline.median
  return UNITS[summary.unit] === 'more' ? quotient : 1 / quotient
}
