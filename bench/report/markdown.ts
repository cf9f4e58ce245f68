import { ratio } from '../results.js'
import type { Results, Row, Section, Summary } from '../results.js'
import { formatNumber, formatRatio } from './format.js'
import { displayName, EMBEDDINGS_ONLY } from './names.js'

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
    '## Contenders',
    table([
      ['contender', 'answers with', 'versions', 'engine'],
      ...results.entrants.map((entrant) => [
        displayName(entrant.name, results),
        entrant.answers,
        Object.entries(entrant.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
        entrant.description ?? '',
      ]),
    ]),
    ...results.absent.map(({ name, absent }) => `Absent: ${name} (${oneLine(absent)}).`),
    ...results.sections.flatMap((section) => [`## ${section.title}`, renderSection(section, results)]),
  ].join('\n\n')
}

function introduction({ date, rounds, quick, baseline, entrants }: Results): string {
  const partly = entrants.some(({ answers }) => answers === 'embeddings')
  const times = rounds === 1 ? '1 round' : `${rounds} interleaved rounds`
  return [
    `Written by \`npm run bench\` on ${date}: medians of ${times} on one machine, which also ran the`,
    `load client. In parentheses: how many times better than ${baseline} in the same run; above 1 is better.`,
    ...(partly ? [`${EMBEDDINGS_ONLY} gives embeddings only, the first part of the work.`] : []),
    ...(quick ? ['**This was a quick trial with cut sizes: it measures nothing.**'] : []),
  ].join('\n')
}

function renderSection(section: Section, results: Results): string {
  const columns = columnsOf(section)
  const baseline = section.rows.find(({ contender }) => contender === results.baseline)
  const cellOf = (row: Row, column: string) => {
    const summary = row.summaries.find((candidate) => columnOf(candidate) === column)
    if (summary === undefined) return '–'
    const reference = baseline?.summaries.find((candidate) => columnOf(candidate) === column)
    const value = formatNumber(summary.median)
    if (reference === undefined || row === baseline) return value
    return `${value} (${formatRatio(ratio(summary, reference))})`
  }
  const measured = section.rows.filter(({ summaries }) => summaries.length > 0)
  const rows = measured.map((row) => [
    displayName(row.contender, results),
    ...columns.map((column) => cellOf(row, column)),
  ])
  const failures = section.rows.flatMap(({ contender, failed }) =>
    failed === undefined ? [] : [`${contender} failed: ${oneLine(failed)}`],
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
function table([header = [], ...rows]: string[][], alignment: '---' | '--:' = '---'): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = header.map((_, column) => (column === 0 ? '---' : alignment))
  return [line(header), line(rule), ...rows.map(line)].join('\n')
}

/** Text of an error, which may have lines and marks of its own. */
function oneLine(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ').slice(0, 300)}\``
}
