import { aligned, signed, withInterval } from '../table.js'
import type { MeasuredCurve } from './compareCurves.js'
import type { DecisionReport } from './measureDecisions.js'

/** Costs are shown for so many prompts. */
export const PROMPTS_OF_A_COST = 1000

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
  return aligned([['', ...titles, 'over mixing', 'over kNN'], ...curves.map(curveCells)])
}

/** Its name, its values, and by how much the last of them, the average, is higher than by mixing and by kNN. */
export function curveCells(curve: MeasuredCurve): string[] {
  const last = curve.compared.at(-1)
  return [
    nameOf(curve),
    ...curve.compared.map(({ value }) => withInterval(value)),
    signed(last?.overConstants),
    signed(last?.overNearest),
  ]
}

export function nameOf({ objective, view }: Pick<MeasuredCurve, 'objective' | 'view'>): string {
  if (view === 'constants') return 'mixing of constants'
  return view === 'model' ? objective : `${objective}, ${view}`
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
