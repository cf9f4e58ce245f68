import { bootstrap, difference } from '../../metrics/bootstrap.js'
import type { Bootstrapped, BootstrapOptions, Estimate } from '../../metrics/bootstrap.js'
import type { Statistic } from '../../metrics/scoredOutcomes.js'
import { at } from '../../numeric/at.js'
import { withoutSamples } from '../measure.js'
import { meansOf } from './curve.js'
import type { Curve } from './curve.js'

/** A number, with how much greater it is than that of random mixing of constants, and than that of kNN. Absent: it has no value. */
interface Compared {
  value?: Estimate
  overConstants?: Estimate
  overNearest?: Estimate
}

/** One objective by what one system predicts. */
export interface MeasuredCurve extends Pick<Curve, 'objective' | 'parameter' | 'view'> {
  /** Means over the prompts: dollars, and scores. */
  points: { parameter: number; cost: number; score: number }[]
  compared: Compared[]
}

/**
 * Curves by numbers that can be taken of each, all on the same samples of prompts.
 * @param constants the curve of random mixing
 * @param numbersOf the numbers of a curve
 */
export function compareCurves(
  curves: readonly Curve[],
  constants: Curve,
  numbersOf: (curve: Curve) => readonly Statistic[],
  options: BootstrapOptions,
): MeasuredCurve[] {
  const all = [...new Set([...curves, constants])]
  const statistics = all.map(numbersOf)
  const [first] = constants.points
  const prompts = first === undefined ? 0 : first.paid.length
  const estimates = bootstrap(statistics.flat(), prompts, options)
  let end = 0
  const numbers = new Map(
    all.map((curve, c) => [curve, estimates.slice(end, (end += at(statistics, c).length))]),
  )
  return curves.map((curve) => {
    const nearest = curves.find(({ objective, view }) => objective === curve.objective && view === 'kNN')
    const numberOf = (other: Curve | undefined, i: number) => other && numbers.get(other)?.[i]
    const { objective, parameter, view, points } = curve
    return {
      objective,
      parameter,
      view,
      points: points.map((point) => ({ parameter: point.parameter, ...meansOf(point) })),
      compared: (numbers.get(curve) ?? []).map((own, i) =>
        comparedWith(own, {
          ...(curve !== constants && { overConstants: numberOf(constants, i) }),
          ...(curve !== nearest && { overNearest: numberOf(nearest, i) }),
        }),
      ),
    }
  })
}

function comparedWith(
  own: Bootstrapped | undefined,
  others: Partial<Record<'overConstants' | 'overNearest', Bootstrapped | undefined>>,
): Compared {
  const value = withoutSamples(own)
  const differences = Object.entries(others).flatMap(([name, other]) => {
    const found = own && other && difference(own, other)
    return found === undefined ? [] : [[name, found] as const]
  })
  return { ...(value && { value }), ...Object.fromEntries(differences) }
}
