import { bootstrap } from '../../metrics/bootstrap.js'
import type { BootstrapOptions, Estimate } from '../../metrics/bootstrap.js'
import type { Statistic } from '../../metrics/scoredOutcomes.js'
import { at } from '../../numeric/at.js'
import { withoutSamples } from '../measure.js'
import { scoreAt } from './curve.js'
import type { Curve } from './curve.js'

/** The score of one objective by one system where so much is spent. */
export interface Band extends Pick<Curve, 'objective' | 'view'> {
  points: { cost: number; score: Estimate }[]
}

/** Costs at which a band is measured, in equal steps of the logarithm. */
const STEPS = 13
/** From this share of the cost to all of it. */
const FROM = 0.03

/** @param costOf the cost that bands end at, which each sample of prompts has of its own */
export function bandsOf(curves: readonly Curve[], costOf: Statistic, options: BootstrapOptions): Band[] {
  const shares = Array.from({ length: STEPS }, (_, step) => FROM ** (1 - step / (STEPS - 1)))
  const cost = costOf()
  return curves.map((curve) => {
    const statistics = shares.map((share) => scoreAt(curve, (weights) => share * costOf(weights)))
    const estimates = bootstrap(statistics, at(curve.points, 0).paid.length, options)
    const points = estimates.map(withoutSamples).flatMap((score, i) => {
      return score === undefined ? [] : [{ cost: at(shares, i) * cost, score }]
    })
    return { objective: curve.objective, view: curve.view, points }
  })
}
