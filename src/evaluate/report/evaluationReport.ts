import type { DataReport } from '../../outcomes/checkJudgedData.js'
import { linesOf } from '../../outcomes/reportLines.js'
import { html, numberColumns, table } from '../../report/html.js'
import type { Column, Html } from '../../report/html.js'
import { figure } from '../../report/page.js'
import type { Report, Section } from '../../report/page.js'
import { barsSvg, countedReliabilitySvg, routeSvg } from '../charts.js'
import type { Evaluation, MeasuredGroup } from '../evaluate.js'
import { METRIC_NAMES, METRICS } from '../measure.js'
import { differenceCell, estimateCell, tablesOf } from '../table.js'
import type { Cell, EvidenceRange, LlmTable } from './cells.js'
import { costSection } from './costSection.js'
import type { CostQuality } from './costSection.js'

export interface ReportData {
  evaluation: Evaluation
  llms: LlmTable
  /** Undefined if the first system does not say what it rests on. */
  evidence: readonly EvidenceRange[] | undefined
  cost: CostQuality
  /** Of all data that was read. */
  data: DataReport
  /** What is left out and why, and what scores cannot see. */
  remarks: readonly string[]
  provenance: Readonly<Record<string, unknown>>
  subtitle: string
}

const metricColumns: Column[] = numberColumns(...METRIC_NAMES.map((name) => METRICS[name].title))

/** An evaluation as a page. */
export function evaluationReport(report: ReportData): Report {
  const { evaluation, llms, evidence, cost, data, remarks, provenance, subtitle } = report
  const first = evaluation.systems[0]?.name ?? 'nothing'
  return {
    title: `Evaluation of ${first}`,
    subtitle,
    sections: [
      systemsSection(evaluation),
      reliabilitySection(evaluation, first),
      costSection(cost),
      llmSection(llms, first),
      ...(evidence === undefined ? [] : [evidenceSection(evidence)]),
      ...groupSections(evaluation, first),
      ...(evaluation.pairRouting === undefined ? [] : [routingSection(evaluation.pairRouting)]),
      dataSection(data, remarks),
      terminalSection(evaluation),
    ],
    data: {
      ...provenance,
      ...evaluation,
      llmsByCategory: llms,
      calibrationByEvidence: evidence ?? null,
      costAndQuality: cost,
      data,
    },
  }
}

function systemsSection({ overall, systems }: Evaluation): Section {
  const notes = systems.flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`]))
  const measured = overall.systems.map(({ name, metrics }) => [
    name,
    ...METRIC_NAMES.map((metric) => estimateCell(METRICS[metric], metrics[metric])),
  ])
  const differences = overall.systems
    .slice(1)
    .map(({ name, difference }) => [
      name,
      ...METRIC_NAMES.map((metric) => differenceCell(METRICS[metric], difference[metric])),
    ])
  const columns = [{ title: 'system' }, ...metricColumns]
  return {
    title: 'Systems',
    about:
      '± is half of a 95 % interval over prompts. AUC, pairs and routed are better if higher, the others if lower. Chance alone makes ' +
      'an ECE, so its interval, which is that of the true one, reaches further down than up, to 0 where the predictions may be right. An ' +
      'asterisk marks a difference whose interval leaves out 0.',
    content: [
      table(`${overall.prompts} prompts, ${overall.outcomes} outcomes`, columns, measured),
      ...(differences.length === 0 ? [] : [table('Difference to the first system', columns, differences)]),
      ...(notes.length === 0
        ? []
        : [
            html`<ul>
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`,
          ]),
      html`<details>
        <summary>The same as bars</summary>
        ${figure(barsSvg({ overall }), 'Metrics of all systems')}
      </details>`,
    ],
  }
}

function reliabilitySection({ reliability }: Evaluation, first: string): Section {
  const bins = reliability[0]?.bins ?? []
  const rows = bins.map(({ outcomes, predicted, observed }) => [
    predicted.toFixed(3),
    observed.toFixed(3),
    withSign(observed - predicted),
    outcomes.toLocaleString('en'),
  ])
  const columns = numberColumns('mean prediction', 'mean outcome', 'difference', 'outcomes')
  return {
    title: 'Reliability',
    about:
      'On the diagonal a probability is what happens; above it, more happens than was predicted. The bars are the outcomes of each bin ' +
      `of ${first}: a point over a small bar is mostly chance.`,
    content: [
      figure(
        countedReliabilitySvg({ reliability }),
        `Reliability of ${reliability.map(({ name }) => name).join(', ')}`,
      ),
      html`<details>
        <summary>Bins of ${first}</summary>
        ${table(`Bins of ${first}`, columns, rows)}
      </details>`,
    ],
  }
}

function llmSection({ categories, rows, leftOut }: LlmTable, first: string): Section {
  const left = [
    ...(leftOut.llms > 0 ? [`${leftOut.llms} LLMs`] : []),
    ...(leftOut.categories > 0 ? [`${leftOut.categories} categories`] : []),
  ]
  const columns = [
    { title: 'LLM' },
    ...numberColumns('all', ...categories.map((category) => category || '(no category)')),
  ]
  const cells = rows.map(({ llm, all, cells }) => [llm, cellOf(all), ...cells.map(cellOf)])
  return {
    title: 'LLMs by category',
    about:
      `Mean outcome, then what ${first} predicted, then the number of outcomes.` +
      (left.length > 0 ? ` With fewer outcomes, and left out here: ${left.join(', ')}.` : ''),
    content: [table('Mean outcome, prediction, outcomes', columns, cells)],
  }
}

function cellOf(cell: Cell | null): Html {
  if (cell === null) return html`<small>–</small>`
  const { outcomes, predicted, observed } = cell
  const shade = `background: rgba(var(--good), ${(Math.min(1, Math.max(0, observed)) * MAX_SHADE).toFixed(3)})`
  const small = html`<small>${predicted.toFixed(2)} · ${outcomes.toLocaleString('en')}</small>`
  return html`<span class="cell" style="${shade}">${observed.toFixed(2)} ${small}</span>`
}

/** Of the best cells: text stays readable on it. */
const MAX_SHADE = 0.35

function evidenceSection(ranges: readonly EvidenceRange[]): Section {
  const columns = [
    { title: 'outcomes in training' },
    ...numberColumns('outcomes here', 'mean prediction', 'mean outcome', 'difference'),
  ]
  const rows = ranges.map(({ from, to, outcomes, predicted, observed }) => [
    to === null ? `${from} or more` : from === to ? String(from) : `${from} to ${to}`,
    outcomes.toLocaleString('en'),
    predicted.toFixed(3),
    observed.toFixed(3),
    withSign(observed - predicted),
  ])
  return {
    title: 'Calibration by evidence',
    about:
      'How much training had seen of the LLM on the category of the prompt, and what its predictions are worth then.',
    content: [table('By outcomes of the LLM on the category', columns, rows)],
  }
}

function groupSections({ sources, categories }: Evaluation, first: string): Section[] {
  const ofFirst = (groups: readonly MeasuredGroup[], what: string) =>
    table(
      `${first} by ${what}`,
      [{ title: what }, ...numberColumns('prompts'), ...metricColumns],
      groups.map(({ name, prompts, systems }) => [
        name || '(not given)',
        String(prompts),
        ...METRIC_NAMES.map((metric) => estimateCell(METRICS[metric], systems[0]?.metrics[metric])),
      ]),
    )
  const tables = [
    ...(sources.length > 0 ? [ofFirst(sources, 'source')] : []),
    ...(categories.length > 0 ? [ofFirst(categories, 'category')] : []),
  ]
  const about =
    'Groups of fewer than 20 prompts are measured together. With few prompts an interval is wide: look at it first.'
  return tables.length === 0 ? [] : [{ title: 'Groups', about, content: tables }]
}

function routingSection(routing: NonNullable<Evaluation['pairRouting']>): Section {
  const { strong, weak } = routing
  return {
    title: 'Two-model routing',
    about: `The mean score if a share of the prompts goes to ${strong} and the others to ${weak}. The dashed line is chance.`,
    content: [figure(routeSvg(routing), `Mean score over the share of prompts sent to ${strong}`)],
  }
}

function dataSection(data: DataReport, remarks: readonly string[]): Section {
  return {
    title: 'Data',
    about: 'What was read, what is weak in it, and what was left out or cannot be compared, and why.',
    content: [
      html`<ul>
        ${[...linesOf(data), ...remarks].map((line) => html`<li>${line}</li>`)}
      </ul>`,
    ],
  }
}

function terminalSection(evaluation: Evaluation): Section {
  return {
    title: 'All tables',
    about:
      'As the terminal shows them. All numbers are in this file as JSON too, in the element with the id "data".',
    content: [
      html`<details>
        <summary>Show</summary>
        <pre>${tablesOf(evaluation).join('\n')}</pre>
      </details>`,
    ],
  }
}

function withSign(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
}
