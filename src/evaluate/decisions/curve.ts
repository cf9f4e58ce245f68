import { NO_VALUE } from '../../metrics/scoredOutcomes.js'
import type { Statistic } from '../../metrics/scoredOutcomes.js'
import { at } from '../../numeric/at.js'
import { mean } from '../../numeric/mean.js'
import { dot } from '../../numeric/vector.js'
import { seenBy } from './judgedChoice.js'
import type { JudgedCandidates, ViewName } from './judgedChoice.js'
import type { Sweep } from './sweeps.js'

/** What one value of a parameter leads to. P prompts. */
interface CurvePoint {
  parameter: number
  /** [P] in dollars */
  paid: Float64Array
  /** [P] */
  score: Float64Array
}

/** Cost and quality over the values of a parameter. */
export interface Curve {
  objective: string
  parameter: string | null
  view: ViewName
  /** By rising mean cost, those of the same choices once. */
  points: readonly CurvePoint[]
}

/** Decides for all prompts with each value of a parameter. */
export async function curveOf(
  { name, parameter, settings }: Sweep,
  view: ViewName,
  prompts: readonly JudgedCandidates[],
): Promise<Curve> {
  const seen = seenBy(view, prompts)
  const points: CurvePoint[] = []
  for (const { parameter: value, choose } of settings) {
    const choices = await choose(seen)
    const paid = Float64Array.from(choices, (choice) => choice.paid)
    const score = Float64Array.from(choices, (choice) => choice.score)
    const last = points.at(-1)
    if (last !== undefined && isSame(last.paid, paid) && isSame(last.score, score)) continue
    points.push({ parameter: value, paid, score })
  }
  points.sort((a, b) => mean(a.paid) - mean(b.paid))
  return { objective: name, parameter, view, points }
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => value === at(b, i))
}

/** Means over all prompts. */
export function meansOf({ paid, score }: CurvePoint): { cost: number; score: number } {
  return { cost: mean(paid), score: mean(score) }
}

/** The mean of a value [P] of each prompt, for samples of the prompts. */
export function meanStatistic(values: Float64Array): Statistic {
  return (weights) => (weights === undefined ? mean(values) : dot(weights, values) / sumOf(weights))
}

/**
 * The mean score where so much is spent on a prompt on average: linear between two points, which deciding by either of the two at
 * random reaches. NO_VALUE below the cost of the first point; above that of the last there is nothing to buy.
 */
export function scoreAt({ points }: Curve, costOf: Statistic): Statistic {
  return (weights) => interpolated(sampled(points, weights), costOf(weights))
}

/** Costs in this many equal steps of the logarithm, ends included. */
const STEPS = 13

/** The mean of the scores from a share of a cost to all of it, on a logarithmic scale of costs: the area below the curve. */
export function areaFrom({ points }: Curve, share: number, costOf: Statistic): Statistic {
  return (weights) => {
    const own = sampled(points, weights)
    const cost = costOf(weights)
    return mean(
      Array.from({ length: STEPS }, (_, i) => interpolated(own, cost * share ** (1 - i / (STEPS - 1)))),
    )
  }
}

interface Means {
  cost: number
  score: number
}

function sampled(points: readonly CurvePoint[], weights: Float64Array | undefined): Means[] {
  if (weights === undefined) return points.map(meansOf)
  const total = sumOf(weights)
  return points.map(({ paid, score }) => ({
    cost: dot(weights, paid) / total,
    score: dot(weights, score) / total,
  }))
}

/** @param points in the order of all prompts' costs; in a sample neighbors may be the other way around */
function interpolated(points: readonly Means[], cost: number): number {
  const first = at(points, 0)
  if (cost < first.cost) return NO_VALUE
  const next = points.findIndex((point) => point.cost > cost)
  if (next < 0) return at(points, points.length - 1).score
  const [below, above] = [at(points, next - 1), at(points, next)]
  const part = (cost - below.cost) / (above.cost - below.cost)
  return below.score + part * (above.score - below.score)
}

function sumOf(weights: Float64Array): number {
  return weights.reduce((a, b) => a + b, 0)
}
