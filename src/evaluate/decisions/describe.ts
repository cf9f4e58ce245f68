import { squareChart } from '../../charts/axes.js'
import { colorOf, dot, polyline } from '../../charts/svg.js'
import { at } from '../../numeric/at.js'
import { aligned, signed, withInterval } from '../table.js'
import type { MeasuredCurve } from './compareCurves.js'
import type { DecisionReport } from './measureDecisions.js'

/** Costs are shown for so many prompts. */
const PROMPTS_OF_A_COST = 1000

/** The report as the terminal shows it; the JSON holds the rest. */
export function linesOfDecisions({ prompts, llms, shares, curves, points, pair }: DecisionReport): string[] {
  return [
    `${prompts} prompts, ${llms} LLMs of known cost; ± is half of a 95 % interval over prompts`,
    '',
    ...aligned([
      ['', 'cost of 1,000', 'score', 'over mixing'],
      ...points.map(({ name, cost, score, overConstants }) => [
        name,
        `$${(PROMPTS_OF_A_COST * cost).toPrecision(3)}`,
        withInterval(score),
        signed(overConstants),
      ]),
    ]),
    '',
    'score at shares of the cost of the best constant, and on average over the logarithm of the cost:',
    ...curveLines(curves, [...shares.map(percent), 'average']),
    ...(pair === undefined
      ? []
      : [
          '',
          `${pair.strong} or ${pair.weak}, ${pair.prompts} prompts; score at shares of the way between their costs:`,
          ...curveLines(pair.curves, [...pair.shares.map(percent), 'average']),
        ]),
  ]
}

function curveLines(curves: readonly MeasuredCurve[], titles: readonly string[]): string[] {
  return aligned([
    ['', ...titles, 'over mixing', 'over kNN'],
    ...curves.map((curve) => {
      const last = curve.compared.at(-1)
      return [
        nameOf(curve),
        ...curve.compared.map(({ value }) => withInterval(value)),
        signed(last?.overConstants),
        signed(last?.overNearest),
      ]
    }),
  ])
}

export function nameOf({ objective, view }: Pick<MeasuredCurve, 'objective' | 'view'>): string {
  if (view === 'constants') return 'mixing of constants'
  return view === 'model' ? objective : `${objective}, ${view}`
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

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

function extremes(values: readonly number[]): readonly [low: number, high: number] {
  const sorted = Float64Array.from(values).sort()
  return [at(sorted, 0), at(sorted, sorted.length - 1)]
}
