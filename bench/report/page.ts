import { barChart } from '../../src/charts/barChart.js'
import { html, table } from '../../src/report/html.js'
import type { Html } from '../../src/report/html.js'
import { figure } from '../../src/report/page.js'
import type { Report, Section as PageSection } from '../../src/report/page.js'
import { ratio } from '../results.js'
import type { Results, Section } from '../results.js'
import { displayName, EMBEDDINGS_ONLY, formatNumber, formatRatio } from './format.js'
import { panelOf } from './svg.js'

const NUMBER = { isNumber: true } as const
const NONE = '–'

/** performance.html: a chart and all numbers of each workload. */
export function performancePage(results: Results): Report {
  const { date, commit, rounds, quick, systems, skipped, machine, sections } = results
  const times = rounds === 1 ? '1 round' : `medians of ${rounds} interleaved rounds`
  const trial = quick ? ' A quick trial with cut sizes: it measures nothing.' : ''
  const partly = systems.some(({ answers }) => answers === 'embeddings')
  return {
    title: 'Performance',
    subtitle: `${date}, commit ${commit}: ${times} on one machine, which also ran the load client.${trial}`,
    sections: [
      ...sections.map((section) => workloadSection(section, results)),
      {
        title: 'Systems',
        about: `What was measured.${partly ? ` ${EMBEDDINGS_ONLY} gives embeddings only, the first part of the work.` : ''}`,
        content: [
          table(
            'Systems',
            ['system', 'answers with', 'engine', 'versions'].map((title) => ({ title })),
            systems.map(({ name, answers, engine = NONE, versions }) => [
              displayName(name, results),
              answers,
              engine,
              Object.entries(versions)
                .map(([library, version]) => `${library} ${version}`)
                .join(', ') || NONE,
            ]),
          ),
          ...(skipped.length === 0
            ? []
            : [listOf(skipped.map(({ name, skipped: why }) => `Skipped: ${name} (${why})`))]),
        ],
      },
      {
        title: 'Machine',
        about: 'What it ran on.',
        content: [
          table(
            'Machine',
            [{ title: 'what' }, { title: 'value' }],
            Object.entries(machine).map(([name, value]) => [name, String(value)]),
          ),
        ],
      },
    ],
    data: results,
  }
}

function workloadSection(section: Section, results: Results): PageSection {
  const { title, subtitle = title, bars } = panelOf(section, results)
  const failures = section.rows.flatMap(({ system, failed }) =>
    failed === undefined ? [] : [`${system} failed: ${failed}`],
  )
  return {
    title,
    about:
      bars.length === 0
        ? 'No system has numbers of it.'
        : bars.some(({ name }) => name === displayName(results.baseline, results))
          ? `In parentheses: how many times better than ${results.baseline} in the same run; above 1 is better.`
          : `${results.baseline} does not do this.`,
    content: [
      ...(bars.length === 0
        ? []
        : [
            figure(
              barChart([{ title: subtitle, bars }], { nameWidth: 210, labelWidth: 190 }),
              `${title}: ${subtitle}`,
            ),
            numbersTable(section, results),
          ]),
      ...(failures.length === 0 ? [] : [listOf(failures)]),
    ],
  }
}

function numbersTable({ rows }: Section, results: Results): Html {
  const nameOf = ({ metric, unit }: { metric: string; unit: string }) => `${metric}, ${unit}`
  const names = [...new Set(rows.flatMap(({ summaries }) => summaries.map(nameOf)))]
  const baseline = rows.find(({ system }) => system === results.baseline)
  const measured = rows.filter(({ summaries }) => summaries.length > 0)
  return table(
    'All numbers',
    [{ title: 'system' }, ...names.map((name) => ({ title: name, ...NUMBER }))],
    measured.map((row) => [
      displayName(row.system, results),
      ...names.map((name) => {
        const summary = row.summaries.find((candidate) => nameOf(candidate) === name)
        if (summary === undefined) return NONE
        const reference = baseline?.summaries.find((candidate) => nameOf(candidate) === name)
        const value = formatNumber(summary.median)
        return reference === undefined || row === baseline
          ? value
          : `${value} (${formatRatio(ratio(summary, reference))})`
      }),
    ]),
  )
}

function listOf(lines: readonly string[]): Html {
  return html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`
}
