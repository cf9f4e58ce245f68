import type { Floats, Statistic } from './scoredOutcomes.js'

/**
 * Routing between a strong and a weak LLM, as RouteLLM measures it (Ong et al. 2024, "RouteLLM: Learning to Route LLMs
 * with Preference Data"): a prompt goes to the strong one where its advantage, P(strong) - P(weak), is above a threshold.
 * All arrays are [P], over prompts with an outcome of both.
 */
export interface Duel {
  /** Predicted advantage of the strong LLM. */
  advantage: Floats
  strong: Floats
  weak: Floats
}

/** What is reached with a share of prompts sent to the strong LLM, those of the greatest advantage first. */
export interface CurvePoint {
  /** From 0 to 1 */
  share: number
  /** Mean score of the LLMs that answer. */
  quality: number
  /** Of the difference between strong and weak: 0 with the weak one alone, 1 with the strong one. */
  recovered: number
}

/** A point for each threshold that changes something, from none to all prompts; between two points lie straight lines. */
export function routeCurve(duel: Duel, weights?: Float64Array): CurvePoint[] {
  return curveOver(duel, byAdvantage(duel), weights)
}

/**
 * APGR, the average performance gap recovered: the area below `recovered` over the share of strong calls. 0.5 is what
 * lots give, whatever the LLMs. NaN where the strong LLM is not better than the weak one.
 */
export function apgrStatistic(duel: Duel): Statistic {
  const order = byAdvantage(duel)
  return (weights) => {
    const curve = curveOver(duel, order, weights)
    if (!isStronger(curve)) return NaN
    let area = 0
    curve.forEach(({ share, recovered }, i) => {
      const before = curve[i - 1]
      if (before !== undefined) area += ((share - before.share) * (recovered + before.recovered)) / 2
    })
    return area
  }
}

/**
 * CPT, the call-performance threshold: the least share of strong calls that recovers `goal` of the gap. NaN where the
 * strong LLM is not better.
 * @param goal above 0 and not above 1
 */
export function cptStatistic(duel: Duel, goal: number): Statistic {
  const order = byAdvantage(duel)
  return (weights) => {
    const curve = curveOver(duel, order, weights)
    if (!isStronger(curve)) return NaN
    const at = curve.findIndex(({ recovered }) => recovered >= goal)
    const reached = curve[at]
    const before = curve[at - 1]
    // Rounding may leave the last point a hair below 1.
    if (reached === undefined) return 1
    if (before === undefined) return reached.share
    const part = (goal - before.recovered) / (reached.recovered - before.recovered)
    return before.share + part * (reached.share - before.share)
  }
}

function isStronger(curve: readonly CurvePoint[]): boolean {
  return (curve.at(-1)?.quality ?? NaN) > (curve[0]?.quality ?? NaN)
}

/** Prompts by falling advantage. */
function byAdvantage({ advantage }: Duel): Uint32Array {
  const order = Uint32Array.from(advantage, (_, p) => p)
  return order.sort((x, y) => (advantage[y] ?? 0) - (advantage[x] ?? 0))
}

function curveOver(
  { advantage, strong, weak }: Duel,
  order: Uint32Array,
  weights?: Float64Array,
): CurvePoint[] {
  const weightOf = (p: number) => weights?.[p] ?? 1
  const gainOf = (p: number) => weightOf(p) * ((strong[p] ?? 0) - (weak[p] ?? 0))
  let total = 0
  let gap = 0
  let weakSum = 0
  for (const p of order) {
    total += weightOf(p)
    gap += gainOf(p)
    weakSum += weightOf(p) * (weak[p] ?? 0)
  }
  const curve: CurvePoint[] = []
  let called = 0
  let gained = 0
  const mark = () =>
    void curve.push({ share: called / total, quality: (weakSum + gained) / total, recovered: gained / gap })
  mark()
  order.forEach((p, place) => {
    called += weightOf(p)
    gained += gainOf(p)
    // Prompts of the same advantage pass a threshold together.
    const next = order[place + 1]
    if (next === undefined || advantage[next] !== advantage[p]) mark()
  })
  return curve
}
