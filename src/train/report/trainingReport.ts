import { squareChart } from '../../charts/axes.js'
import { colorOf, polyline } from '../../charts/svg.js'
import { at } from '../../numeric/at.js'
import type { DataReport } from '../../outcomes/checkJudgedData.js'
import { linesOf } from '../../outcomes/reportLines.js'
import { html, numberColumns, table } from '../../report/html.js'
import { figure } from '../../report/page.js'
import type { Report } from '../../report/page.js'

/** What is told of an epoch. */
export interface EpochLosses {
  epoch: number
  trainLoss: number
  devLoss: number
}

/** How the training of a component went. */
export interface ComponentCurve {
  component: string
  bestEpoch: number
  /** Those of this run: a training that was resumed has none of before. */
  losses: readonly EpochLosses[]
}

export interface TrainedModel {
  model: string
  version: number
  /** Of the dev split. */
  metrics: Readonly<Record<string, number>>
  curves: readonly ComponentCurve[]
  data: DataReport
  recipe: object
  /** What speaks against the model, a sentence each. */
  doubts: readonly string[]
}

/** A training as a page. */
export function trainingReport(trained: TrainedModel): Report {
  const { model, version, metrics, curves, data, recipe, doubts } = trained
  const rows = Object.entries(metrics).map(([name, value]) => [name.replaceAll('_', ' '), value.toFixed(4)])
  return {
    title: `Training of ${model}`,
    subtitle: `version ${version}`,
    sections: [
      {
        title: 'Result',
        about: 'Metrics of the prompts that were held out. They chose the epoch, so they flatter a little.',
        content: [
          ...(doubts.length === 0 ? [] : [listOf(doubts)]),
          table('Held-out prompts', [{ title: 'metric' }, ...numberColumns('value')], rows),
        ],
      },
      {
        title: 'Curves',
        about:
          'The loss of training and that of the held-out prompts, by epoch; the dashed line is the epoch that was kept. Where the ' +
          'second one rises while the first one falls, the network learns the training prompts by heart.',
        content: curves.map((curve) => figure(lossSvg(curve), `Losses of ${curve.component} by epoch`)),
      },
      { title: 'Data', about: 'What was read, and what is weak in it.', content: [listOf(linesOf(data))] },
      {
        title: 'Recipe',
        about: 'All numbers of the training.',
        content: [
          html`<details>
            <summary>Show</summary>
            <pre>${JSON.stringify(recipe, undefined, 2)}</pre>
          </details>`,
        ],
      },
    ],
    data: trained,
  }
}

function listOf(lines: readonly string[]) {
  return html`<ul>
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`
}

/** Losses over epochs, with the epoch that was kept. */
function lossSvg({ component, bestEpoch, losses }: ComponentCurve): string {
  const values = losses.flatMap(({ trainLoss, devLoss }) => [trainLoss, devLoss]).filter(Number.isFinite)
  if (values.length === 0) return squareChart({ ...axesOf(component, 1), range: [0, 1] }, () => [])
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const last = at(losses, losses.length - 1).epoch
  const first = at(losses, 0).epoch
  const across = (epoch: number) => (last === first ? 1 : (epoch - first) / (last - first))
  const range = [low, high === low ? low + 1 : high] as const
  const chart = { ...axesOf(component, last, first), range, note: `dashed: epoch ${bestEpoch}, the best` }
  return squareChart(chart, (place) => {
    const curveOf = (name: 'trainLoss' | 'devLoss', series: number) =>
      polyline(
        losses.filter((one) => Number.isFinite(one[name])).map((one) => place(across(one.epoch), one[name])),
        colorOf(series),
        'stroke-width="2"',
      )
    const best = [place(across(bestEpoch), range[0]), place(across(bestEpoch), range[1])]
    const isShown = bestEpoch >= first && bestEpoch <= last
    return [
      curveOf('trainLoss', 0),
      curveOf('devLoss', 1),
      ...(isShown ? [polyline(best, '#888888', 'stroke-dasharray="4"')] : []),
    ]
  })
}

function axesOf(component: string, last: number, first = 0) {
  return {
    title: component,
    x: 'epoch',
    y: 'loss',
    legend: ['training', 'held out'],
    xLabel: (share: number) => String(Math.round(first + share * (last - first))),
  }
}
