import { ratio } from '../results.js'
import type { ResultRow, Results, Section, Summary, SystemDescription } from '../results.js'
import type { SkippedSystem } from '../systems/systemUnderTest.js'
import { displayName, EMBEDDINGS_ONLY, formatNumber, formatRatio } from './format.js'

/** performance.md */
export function renderMarkdown(results: Results): string {
  return [
    '# Performance',
    introduction(results),
    '![Chart of the numbers below](performance.svg)',
    '## Machine',
    table([
      ['', ''],
      ...Object.entries(results.machine).map(([name, value]) => [name, String(value)]),
      ['commit', results.commit],
    ]),
    '## Systems',
    [
      ...results.systems.map((system) => describeSystem(system, results)),
      ...results.skipped.map(describeSkipped),
    ].join('\n'),
    ...results.sections.flatMap((section) => [`## ${section.title}`, renderSection(section, results)]),
  ].join('\n\n')
}

function introduction({ date, rounds, quick, baseline, systems }: Results): string {
  const partly = systems.some(({ answers }) => answers === 'embeddings')
  const times = rounds === 1 ? '1 round' : `${rounds} interleaved rounds`
  return [
    `Written by \`llimit bench\` on ${date}: medians of ${times} on one machine, which also ran the`,
    `load client. In parentheses: how many times better than ${baseline} in the same run; above 1 is better.`,
    ...(partly ? [`${EMBEDDINGS_ONLY} gives embeddings only, the first part of the work.`] : []),
    ...(quick ? ['**This was a quick trial with cut sizes: it measures nothing.**'] : []),
  ].join('\n')
}

function describeSystem({ name, answers, versions, engine }: SystemDescription, results: Results): string {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const about = [
    `answers with ${answers}`,
    engine === undefined ? '' : `engine: ${engine}`,
    packages.join(', '),
  ]
  return `- **${displayName(name, results)}** ${about.filter((part) => part !== '').join('; ')}.`
}

function describeSkipped({ name, skipped }: SkippedSystem): string {
  return `- Skipped: ${name} (${oneLine(skipped)}).`
}

function renderSection(section: Section, results: Results): string {
  const columns = columnsOf(section)
  const baseline = section.rows.find(({ system }) => system === results.baseline)
  const cellOf = (row: ResultRow, column: string) => {
    const summary = row.summaries.find((candidate) => columnOf(candidate) === column)
    if (summary === undefined) return '–'
    const reference = baseline?.summaries.find((candidate) => columnOf(candidate) === column)
    const value = formatNumber(summary.median)
    if (reference === undefined || row === baseline) return value
    return `${value} (${formatRatio(ratio(summary, reference))})`
  }
  const measured = section.rows.filter(({ summaries }) => summaries.length > 0)
  const rows = measured.map((row) => [
    displayName(row.system, results),
    ...columns.map((column) => cellOf(row, column)),
  ])
  const failures = section.rows.flatMap(({ system, failed }) =>
    failed === undefined ? [] : [`${system} failed: ${oneLine(failed)}`],
  )
  return [...(rows.length > 0 ? [table([['', ...columns], ...rows], '--:')] : []), ...failures].join('\n\n')
}

function columnsOf({ rows }: Section): string[] {
  return [...new Set(rows.flatMap(({ summaries }) => summaries.map(columnOf)))]
}

function columnOf({ metric, unit }: Summary): string {
  return `${metric}, ${unit}`
}

/**
 * @param rows the first is the header
 * @param alignment of all columns but the first
 */
function table(rows: readonly string[][], alignment: '---' | '--:' = '---'): string {
  const [header, ...body] = rows
  if (header === undefined) throw new Error('expected a header, got no rows')
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = header.map((_, column) => (column === 0 ? '---' : alignment))
  return [line(header), line(rule), ...body.map(line)].join('\n')
}

/** Text of an error, which may have lines and marks of its own. */
function oneLine(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ').slice(0, 300)}\``
}
