import { at } from '../numeric/at.js'
import { NO_VALUE } from './scoredOutcomes.js'
import type { Floats, Statistic } from './scoredOutcomes.js'

/**
 * Two-model routing as RouteLLM measures it (Ong et al. 2024, "RouteLLM: Learning to Route LLMs with Preference Data"): a
 * prompt goes to the strong LLM if its advantage, P(strong) - P(weak), is above a threshold, and to the weak one otherwise.
 * All arrays are [P], over prompts with an outcome of both.
 */
export interface PairRouting {
  /** Predicted advantage of the strong LLM. */
  advantage: Floats
  /** Scores of the two LLMs. */
  strong: Floats
  weak: Floats
}

/** What is reached with a share of prompts sent to the strong LLM, those of the greatest advantage first. */
export interface CurvePoint {
  /** From 0 to 1 */
  share: number
  /** Mean score of the LLMs that answer. */
  quality: number
  /** Of the gap between strong and weak: 0 with the weak one alone, 1 with the strong one. */
  recovered: number
}

/** A point for each threshold that changes something, from none to all prompts, at least two; linear between two points. */
export function routingCurve(routing: PairRouting, weights?: Float64Array): CurvePoint[] {
  return curveOver(routing, byAdvantage(routing), weights)
}

/**
 * APGR, the average performance gap recovered: the area below `recovered` over the share of strong calls. 0.5 is what
 * random routing gives, whatever the LLMs. NO_VALUE if the strong LLM is not better than the weak one.
 */
export function apgrStatistic(routing: PairRouting): Statistic {
  const order = byAdvantage(routing)
  return (weights) => {
    const curve = curveOver(routing, order, weights)
    if (!isStronger(curve)) return NO_VALUE
    let area = 0
    for (let i = 1; i < curve.length; i++) {
      const [before, here] = [at(curve, i - 1), at(curve, i)]
      area += ((here.share - before.share) * (here.recovered + before.recovered)) / 2
    }
    return area
  }
}

/**
 * CPT, the call-performance threshold: the least share of strong calls that recovers `goal` of the gap. NO_VALUE if the
 * strong LLM is not better.
 * @param goal above 0 and not above 1
 */
export function cptStatistic(routing: PairRouting, goal: number): Statistic {
  const order = byAdvantage(routing)
  return (weights) => {
    const curve = curveOver(routing, order, weights)
    if (!isStronger(curve)) return NO_VALUE
    const i = curve.findIndex(({ recovered }) => recovered >= goal)
    // Rounding may leave the last point slightly below 1.
    if (i < 0) return 1
    const reached = at(curve, i)
    if (i === 0) return reached.share
    const before = at(curve, i - 1)
    const part = (goal - before.recovered) / (reached.recovered - before.recovered)
    return before.share + part * (reached.share - before.share)
  }
}

function isStronger(curve: readonly CurvePoint[]): boolean {
  return at(curve, curve.length - 1).quality > at(curve, 0).quality
}

/** Prompts by falling advantage. */
function byAdvantage({ advantage }: PairRouting): Uint32Array {
  const order = Uint32Array.from(advantage, (_, p) => p)
  return order.sort((x, y) => at(advantage, y) - at(advantage, x))
}

function curveOver(
  { advantage, strong, weak }: PairRouting,
  order: Uint32Array,
  weights?: Float64Array,
): CurvePoint[] {
  const weightOf = (p: number) => (weights === undefined ? 1 : at(weights, p))
  const gainOf = (p: number) => weightOf(p) * (at(strong, p) - at(weak, p))
  let total = 0
  let gap = 0
  let weakSum = 0
  for (const p of order) {
    total += weightOf(p)
    gap += gainOf(p)
    weakSum += weightOf(p) * at(weak, p)
  }
  let called = 0
  let gained = 0
  const point = () => ({
    share: called / total,
    quality: (weakSum + gained) / total,
    recovered: gained / gap,
  })
  const curve: CurvePoint[] = [point()]
  order.forEach((p, place) => {
    called += weightOf(p)
    gained += gainOf(p)
    // Prompts of the same advantage pass a threshold together.
    const isLast = place === order.length - 1
    if (isLast || at(advantage, at(order, place + 1)) !== at(advantage, p)) curve.push(point())
  })
  return curve
}
