import { squareChart } from '../../charts/axes.js'
import { area, colorOf, dot, polyline } from '../../charts/svg.js'
import { at } from '../../numeric/at.js'
import { nameOf, PROMPTS_OF_A_COST } from './describe.js'
import type { DecisionReport } from './measureDecisions.js'

/** What is drawn besides the objectives by the model: what they are compared with. */
const ALSO_DRAWN = ['mixing of constants', 'value, kNN']

/** decisions.svg: mean score over what 1,000 prompts cost, on a logarithmic scale. */
export function decisionsSvg({ curves, prompts }: Pick<DecisionReport, 'curves' | 'prompts'>): string {
  const shown = curves.filter((curve) => curve.view === 'model' || ALSO_DRAWN.includes(nameOf(curve)))
  const all = shown.flatMap(({ points }) => points)
  const [low, high] = extremes(all.map(({ cost }) => Math.log(PROMPTS_OF_A_COST * cost)))
  const chart = {
    title: `Choices by cost, ${prompts} prompts`,
    x: 'dollars for 1,000 prompts',
    y: 'mean score',
    range: extremes(all.map(({ score }) => score)),
    legend: shown.map(nameOf),
    note: 'dashed: without a look at the prompt, or by kNN',
    xLabel: (x: number) => String(Number(Math.exp(low + x * (high - low)).toPrecision(2))),
  }
  return squareChart(chart, (place) =>
    shown.flatMap((curve, i) => {
      const points = curve.points.map(({ cost, score }) =>
        place((Math.log(PROMPTS_OF_A_COST * cost) - low) / (high - low), score),
      )
      const style = curve.view === 'model' ? 'stroke-width="1.8"' : 'stroke-dasharray="4"'
      return [polyline(points, colorOf(i), style), ...points.map((point) => dot(point, colorOf(i)))]
    }),
  )
}

/** A curve through the middle of each band, and what is chosen once as points, with 95 % intervals; over costs above 0. */
export function bandsSvg({ bands = [], points, prompts }: DecisionReport): string | undefined {
  const curves = bands.map((band) => ({
    name: nameOf(band),
    points: band.points.filter(({ cost }) => cost > 0),
  }))
  const single = points.flatMap(({ name, cost, score }) =>
    score === undefined || cost === 0 ? [] : [{ name, points: [{ cost, score }] }],
  )
  const all = [...curves, ...single].flatMap((series) => series.points)
  if (all.length === 0) return undefined
  const [low, high] = widened(extremes(all.map(({ cost }) => Math.log(PROMPTS_OF_A_COST * cost))))
  const chart = {
    title: `Score over cost, ${prompts} prompts`,
    x: 'dollars for 1,000 prompts',
    y: 'mean score',
    range: widened(extremes(all.flatMap(({ score }) => [score.low, score.high]))),
    legend: [...curves, ...single].map(({ name }) => name),
    note: 'bands and bars: 95 % intervals over prompts',
    xLabel: (x: number) => String(Number(Math.exp(low + x * (high - low)).toPrecision(2))),
  }
  return squareChart(chart, (place) => {
    const placed = (cost: number, score: number) =>
      place((Math.log(PROMPTS_OF_A_COST * cost) - low) / (high - low), score)
    return [
      ...curves.flatMap((curve, i) => [
        area(
          [
            ...curve.points.map(({ cost, score }) => placed(cost, score.low)),
            ...curve.points.map(({ cost, score }) => placed(cost, score.high)).reverse(),
          ],
          colorOf(i),
        ),
        polyline(
          curve.points.map(({ cost, score }) => placed(cost, score.value)),
          colorOf(i),
          i === 0 ? 'stroke-dasharray="4"' : 'stroke-width="1.8"',
        ),
      ]),
      ...single.flatMap((series, i) =>
        series.points.flatMap(({ cost, score }) => [
          polyline([placed(cost, score.low), placed(cost, score.high)], colorOf(curves.length + i)),
          dot(placed(cost, score.value), colorOf(curves.length + i)),
        ]),
      ),
    ]
  })
}

function extremes(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = Float64Array.from(values).sort()
  return [at(sorted, 0), at(sorted, sorted.length - 1)]
}

/** With room on both sides, also if there is one value only. */
function widened([low, high]: readonly [low: number, high: number]): readonly [low: number, high: number] {
  const room = Math.max(0.01, 0.03 * (high - low))
  return [low - room, high + room]
}
