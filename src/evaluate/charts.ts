import { squareChart } from '../charts/axes.js'
import { barChart } from '../charts/barChart.js'
import type { BarPanel } from '../charts/barChart.js'
import { colorOf, dot, polyline, rectangle, text } from '../charts/svg.js'
import { BINS, binOf } from '../metrics/calibration.js'
import type { Evaluation } from './evaluate.js'
import type { PairReport } from './evaluatePair.js'
import { METRIC_NAMES, METRICS } from './measure.js'
import type { Measured, MetricName } from './measure.js'

/** Bins of fewer outcomes scatter too much to be drawn. */
const MIN_BIN_SIZE = 20

const DASHED = 'stroke-dasharray="4"'

/** metrics.svg: a panel of bars for each metric, with the 95 % intervals as whiskers. */
export function barsSvg({ overall }: Pick<Evaluation, 'overall'>): string {
  const panels = METRIC_NAMES.map((metric) => panelOf(metric, overall.systems))
  return barChart(panels, { nameWidth: 240, labelWidth: 150 })
}

function panelOf(metric: MetricName, systems: readonly Measured[]): BarPanel {
  const { title, better } = METRICS[metric]
  const bars = systems.flatMap(({ name, metrics }, i) => {
    const estimate = metrics[metric]
    if (estimate === undefined) return []
    const { value, low, high } = estimate
    const label = `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
    return [{ name, color: colorOf(i), value, interval: { low, high }, label }]
  })
  return { title: `${title} (${better} is better)`, bars }
}

type Reliability = Pick<Evaluation, 'reliability'>['reliability']

/** reliability.svg: what was observed over what was predicted, for each system; on the diagonal is calibrated. */
export function reliabilitySvg({ reliability }: Pick<Evaluation, 'reliability'>): string {
  const chart = reliabilityChart(reliability)
  return squareChart(chart, (place) => reliabilityLines(reliability, place, MIN_BIN_SIZE))
}

/** The height of the bar of the fullest bin, of the chart's. */
const MAX_COUNT_HEIGHT = 0.2

/** The same with all bins, and bars for the outcomes in those of the first system. */
export function countedReliabilitySvg({ reliability }: Pick<Evaluation, 'reliability'>): string {
  const chart = { ...reliabilityChart(reliability), note: 'bars: outcomes in each bin of the first' }
  const counted = reliability[0]?.bins ?? []
  const fullest = Math.max(1, ...counted.map(({ outcomes }) => outcomes))
  return squareChart(chart, (place) => [
    ...counted.flatMap(({ outcomes, predicted }) => {
      const bin = binOf(predicted)
      const height = (outcomes / fullest) * MAX_COUNT_HEIGHT
      const [[x, y], [right, bottom]] = [place(bin / BINS, height), place((bin + 1) / BINS, 0)]
      const box = { x, y, width: right - x, height: bottom - y }
      return [
        rectangle(box, `fill="${colorOf(0)}" fill-opacity="0.25"`),
        text((x + right) / 2, y - 3, shortCount(outcomes), 'text-anchor="middle" font-size="10"'),
      ]
    }),
    ...reliabilityLines(reliability, place, 0),
  ])
}

function reliabilityChart(reliability: Reliability) {
  return {
    title: 'Reliability',
    x: 'predicted probability',
    y: 'mean outcome',
    range: [0, 1],
    legend: reliability.map(({ name }) => name),
  } as const
}

/** The diagonal, and a line through the bins of each system with at least so many outcomes. */
function reliabilityLines(
  reliability: Reliability,
  place: Parameters<Parameters<typeof squareChart>[1]>[0],
  leastOutcomes: number,
): string[] {
  return [
    polyline([place(0, 0), place(1, 1)], '#888888', DASHED),
    ...reliability.flatMap(({ bins }, i) => {
      const points = bins
        .filter(({ outcomes }) => outcomes >= leastOutcomes)
        .map(({ predicted, observed }) => place(predicted, observed))
      return [polyline(points, colorOf(i), widthOf(i)), ...points.map((point) => dot(point, colorOf(i)))]
    }),
  ]
}

/** `950`, `1.2k`: narrow enough for a bin. */
function shortCount(count: number): string {
  return count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`
}

/** route.svg: mean score over the share of calls that go to the strong LLM. */
export function routeSvg({ strong, weak, prompts, quality, systems }: PairReport): string {
  const heights = systems.flatMap(({ curve }) => curve.map((point) => point.quality))
  const chart = {
    title: `${strong} or ${weak}, ${prompts} prompts`,
    x: `share of prompts sent to ${strong}`,
    y: 'mean score',
    range: [Math.min(...heights), Math.max(...heights)],
    legend: systems.map(
      ({ name, apgr }) => `APGR ${apgr === undefined ? '–' : apgr.value.toFixed(3)}  ${name}`,
    ),
    note: 'dashed: random routing',
  } as const
  return squareChart(chart, (place) => [
    ...systems.map(({ curve }, i) => {
      const points = curve.map(({ share, quality: height }) => place(share, height))
      return polyline(points, colorOf(i), widthOf(i))
    }),
    // Last: what only knows the means of the LLMs lies exactly below, and would hide it.
    polyline([place(0, quality.weak), place(1, quality.strong)], '#222222', DASHED),
  ])
}

function widthOf(index: number): string {
  return `stroke-width="${index === 0 ? 2.5 : 1.2}"`
}
