import { barChart } from '../../src/charts/barChart.js'
import type { BarPanel } from '../../src/charts/barChart.js'
import { ratio, UNITS } from '../results.js'
import type { Results, Section } from '../results.js'
import { displayName, EMBEDDINGS_ONLY, formatNumber, formatRatio, givesEmbeddingsOnly } from './format.js'

/** Of the baseline, of servers that do a part of the work, and of all others; distinguishable also without red and green. */
const COLORS = { baseline: '#e69f00', part: '#56b4e9', other: '#0072b2' }

/** performance.svg: a panel of bars for each workload, of the number that counts most in it. */
export function renderSvg(results: Results): string {
  const hasPart = results.systems.some(({ answers }) => answers === 'embeddings')
  const note = `${EMBEDDINGS_ONLY} gives embeddings only, the first part of the work`
  const panels = results.sections.map((section) => panelOf(section, results))
  return barChart(panels, { nameWidth: 210, labelWidth: 190, ...(hasPart && { note }) })
}

/** The number that counts most in a workload, as bars. */
export function panelOf({ title, rows }: Section, results: Results): BarPanel {
  const first = rows.find(({ summaries }) => summaries.length > 0)?.summaries[0]
  if (first === undefined) return { title, bars: [] }
  const { metric, unit } = first
  const shown = rows.flatMap(({ system, summaries }) => {
    const summary = summaries.find((candidate) => candidate.metric === metric && candidate.unit === unit)
    return summary === undefined ? [] : [{ system, summary }]
  })
  const reference = shown.find(({ system }) => system === results.baseline)?.summary
  const bars = shown.map(({ system, summary }) => {
    const value = `${formatNumber(summary.median)} ${unit}`
    const compared = reference !== undefined && reference !== summary
    return {
      name: displayName(system, results),
      color: colorFor(system, results),
      value: summary.median,
      label: compared ? `${value} (${formatRatio(ratio(summary, reference))})` : value,
    }
  })
  return { title, subtitle: `${metric}, ${unit} (${UNITS[unit]} is better)`, bars }
}

function colorFor(name: string, results: Results): string {
  if (name === results.baseline) return COLORS.baseline
  return givesEmbeddingsOnly(name, results) ? COLORS.part : COLORS.other
}
