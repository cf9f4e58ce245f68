import { squareChart } from '../../charts/axes.js'
import { colorOf, dot, polyline } from '../../charts/svg.js'
import { numberColumns, table } from '../../report/html.js'
import type { Html } from '../../report/html.js'
import { figure } from '../../report/page.js'
import type { Report, Section } from '../../report/page.js'
import type { DevReport } from '../devSplit.js'
import type { SourceMean } from '../sourceMeans.js'
import type { UnseenBlocksReport } from '../unseenBlocks.js'
import type { UnseenCategoriesReport } from '../unseenCategories.js'
import type { UnseenLlmResult } from '../unseenLlms.js'
import type { UnseenSourcesReport } from '../unseenSources.js'
import { carefulSections } from './carefulSections.js'
import { count, rangeOf, signed } from './numbers.js'

/** What was left out and measured; what the user did not ask for is absent. */
export interface UnseenResult {
  dev?: DevReport
  unseenBlocks?: UnseenBlocksReport
  unseenSources?: UnseenSourcesReport
  unseenCategories?: UnseenCategoriesReport
  newLlms?: UnseenLlmResult[]
}

interface Measured {
  result: UnseenResult
  /** The first system, with which the others are compared. */
  first: string
  /** What was measured with what, below the title. */
  subtitle: string
  provenance: Readonly<Record<string, unknown>>
}

const METRICS_ABOUT =
  'Log loss, error of means and width are better if lower, pairs, routed and order of LLMs if higher; a coverage of .9 is right. ' +
  'Plain means over the sources. A difference is to the first system of its metric; an asterisk marks one whose interval over ' +
  'sources, which is the one that speaks for a source nobody has seen, leaves out 0.'

/** A difference, with its two intervals. */
const COMPARED = ['difference', 'over units', 'over sources']

/** A table has a dash where something has no value. */
const NONE = '–'

/** An evaluation of what training has not seen as a page. */
export function unseenReport({ result, first, subtitle, provenance }: Measured): Report {
  const { dev, unseenBlocks, unseenSources, unseenCategories, newLlms } = result
  return {
    title: `What training has not seen: ${first}`,
    subtitle,
    sections: [
      ...(dev === undefined
        ? []
        : [
            metricsSection(
              'The dev split',
              `${count(dev.prompts)} new prompts of sources and categories that training knows. It chose the epoch of each system.`,
              dev.metrics,
            ),
          ]),
      ...(unseenBlocks === undefined
        ? []
        : [
            metricsSection(
              'Unseen blocks',
              `The outcomes of an LLM in a source, ${unseenBlocks.cells} of them, which training has not seen. ${METRICS_ABOUT}`,
              unseenBlocks.metrics,
            ),
          ]),
      ...(unseenSources === undefined ? [] : sourceSections(unseenSources)),
      ...(unseenCategories === undefined
        ? []
        : [
            metricsSection(
              'Unseen categories',
              `${count(unseenCategories.prompts)} prompts and ${count(unseenCategories.outcomes)} outcomes of categories that training has not seen.`,
              unseenCategories.metrics,
            ),
          ]),
      ...(newLlms === undefined ? [] : [llmSection(newLlms)]),
    ],
    data: { ...provenance, ...result },
  }
}

function metricsSection(title: string, about: string, metrics: readonly SourceMean[]): Section {
  return { title, about, content: [metricsTable(title, metrics)] }
}

function metricsTable(caption: string, metrics: readonly SourceMean[]): Html {
  const isCompared = metrics.some(({ difference }) => difference !== undefined)
  const columns = [
    { title: 'metric' },
    { title: 'system' },
    ...numberColumns('value', ...(isCompared ? COMPARED : [])),
  ]
  const rows = metrics.map(({ metric, system, value, difference }) => {
    const own = [metric, system, value.toFixed(3)]
    if (difference === undefined) return isCompared ? [...own, NONE, NONE, NONE] : own
    const [low, high] = difference.overSources
    const mark = low > 0 || high < 0 ? '*' : ''
    return [
      ...own,
      `${signed(difference.value)}${mark}`,
      rangeOf(difference.overUnits),
      rangeOf(difference.overSources),
    ]
  })
  return table(caption, columns, rows)
}

function sourceSections({ sources, metrics, routed, careful }: UnseenSourcesReport): Section[] {
  const columns = [{ title: 'source' }, ...numberColumns('highest prediction', 'best constant', 'difference')]
  const rows = routed.map(({ source, recipe, constant }) => [
    source,
    recipe.toFixed(3),
    constant.toFixed(3),
    signed(recipe - constant),
  ])
  return [
    {
      title: 'Unseen sources',
      about: `Whole sources, ${sources.length} of them, which training has not seen. ${METRICS_ABOUT}`,
      content: [
        metricsTable('Unseen sources', metrics),
        table(
          'Mean score of the LLM with the highest prediction, and of the one that is best elsewhere',
          columns,
          rows,
        ),
      ],
    },
    ...carefulSections(careful),
  ]
}

function llmSection(results: readonly UnseenLlmResult[]): Section {
  const columns = [
    { title: 'outcomes of each LLM' },
    ...numberColumns('log loss', 'log loss, unlike name', 'pairs with known LLMs', 'pairs, unlike name'),
  ]
  return {
    title: 'Unseen LLMs',
    about:
      'LLMs that training has not seen, added from a few outcomes each by their names, and by a name unlike all others. Log loss is ' +
      'better if lower; pairs, how often an unseen and a known LLM are in the right order on a prompt, if higher.',
    content: [
      ...(results.length > 1
        ? [figure(learningSvg(results), 'Log loss over the outcomes of a new LLM')]
        : []),
      table(
        'Added LLMs',
        columns,
        results.map(({ size, named, unnamed }) => [
          String(size),
          ...[named.logLoss, unnamed.logLoss, named.pairs, unnamed.pairs].map((value) => value.toFixed(3)),
        ]),
      ),
    ],
  }
}

/** @param results two at least, by rising size; the sizes are drawn at equal steps */
function learningSvg(results: readonly UnseenLlmResult[]): string {
  const series = [
    { name: 'by its name', losses: results.map(({ named }) => named.logLoss) },
    { name: 'by a name unlike all others', losses: results.map(({ unnamed }) => unnamed.logLoss) },
  ]
  const losses = series.flatMap((one) => one.losses)
  const last = results.length - 1
  const chart = {
    title: 'What outcomes of a new LLM are worth',
    x: `outcomes: ${results.map(({ size }) => size).join(', ')}`,
    y: 'log loss',
    range: [Math.min(...losses) - 0.01, Math.max(...losses) + 0.01],
    legend: series.map(({ name }) => name),
    xLabel: () => '',
  } as const
  return squareChart(chart, (place) =>
    series.flatMap((one, s) => {
      const points = one.losses.map((loss, i) => place(i / last, loss))
      return [
        polyline(points, colorOf(s), 'stroke-width="1.8"'),
        ...points.map((point) => dot(point, colorOf(s))),
      ]
    }),
  )
}
