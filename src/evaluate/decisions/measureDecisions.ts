import { bootstrap, difference } from '../../metrics/bootstrap.js'
import type { BootstrapOptions, Estimate } from '../../metrics/bootstrap.js'
import { LLimitError } from '../../errors.js'
import { at } from '../../numeric/at.js'
import { mean } from '../../numeric/mean.js'
import { withoutSamples } from '../measure.js'
import { bandsOf } from './bands.js'
import type { Band } from './bands.js'
import { compareCurves } from './compareCurves.js'
import type { MeasuredCurve } from './compareCurves.js'
import { areaFrom, curveOf, meansOf, meanStatistic, scoreAt } from './curve.js'
import type { Curve } from './curve.js'
import { seenBy } from './judgedChoice.js'
import type { JudgedCandidates } from './judgedChoice.js'
import { BEST, budgets, CONSTANTS, DIAL, guarded, sufficient, thresholds, TRADES, VALUE } from './sweeps.js'

/** Shares of the cost of the best constant at which curves are compared. */
const SHARES = [0.1, 0.25, 0.5, 1]
/** Names of the sweeps that bands are drawn of. */
const BANDED = [CONSTANTS, VALUE, DIAL].map(({ name }) => name)
/** From here to all of the cost the area is taken. */
const AREA_FROM = at(SHARES, 0)

/** One way to choose, and how much better it is than random mixing of constants for the same cost. */
interface MeasuredPoint {
  name: string
  cost: number
  score?: Estimate
  overConstants?: Estimate
}

/** Two LLMs, by the threshold between them. */
interface PairCurves {
  strong: string
  weak: string
  prompts: number
  /** Shares of the way from the cost of the weak one to that of the strong one. */
  shares: readonly number[]
  /** Compared at each share, then by the mean of these. */
  curves: MeasuredCurve[]
}

export interface DecisionReport {
  prompts: number
  /** Those that could be chosen on any prompt. */
  llms: number
  shares: readonly number[]
  /** Compared at each share, then by the mean over the logarithm of the cost from the first share to the last. */
  curves: MeasuredCurve[]
  points: MeasuredPoint[]
  /** Of random mixing, of `value` and of `dial` by the model, if they are asked for. */
  bands?: Band[]
  pair?: PairCurves
}

interface DecisionOptions extends BootstrapOptions {
  /** Of the guard. */
  z: number
  /** Of the difficulty that LLMs share. */
  deviation?: number
  /** Two LLMs to choose between by a threshold. */
  pair?: { strong: string; weak: string }
  /** Samples of prompts for the bands of curves; each takes as long as all other numbers do. */
  bandSamples?: number
}

/**
 * What each objective of a decision buys: mean cost and mean score of its choices over the values of its parameter, against random
 * mixing of constants (what their means choose), and against the same objective by the probabilities of kNN.
 * @param prompts with two candidates or more
 * @throws LLimitError INVALID_ARGUMENT if the two LLMs of a threshold cannot be compared.
 */
export async function measureDecisions(
  prompts: readonly JudgedCandidates[],
  { z, deviation, pair, bandSamples, ...options }: DecisionOptions,
): Promise<DecisionReport> {
  const constants = await curveOf(CONSTANTS, 'constants', prompts)
  const curves: Curve[] = [constants]
  for (const view of ['model', 'kNN'] as const) {
    const sweeps = [...TRADES, budgets(seenBy(view, prompts))]
    for (const sweep of sweeps) curves.push(await curveOf(sweep, view, prompts))
  }
  curves.push(await curveOf(guarded(), 'model', prompts))
  const named = {
    'best constant': await curveOf(BEST, 'constants', prompts),
    best: await curveOf(BEST, 'model', prompts),
    'best by kNN': await curveOf(BEST, 'kNN', prompts),
    [`guarded, z = ${z}`]: await curveOf(guarded([z]), 'model', prompts),
    ...(deviation !== undefined && {
      sufficient: await curveOf(sufficient(deviation), 'model', prompts),
      'sufficient, if LLMs failed independently': await curveOf(sufficient(0), 'model', prompts),
    }),
  }
  const costOfBest = meanStatistic(at(named['best constant'].points, 0).paid)
  const numbersOf = (curve: Curve) => [
    ...SHARES.map((share) => scoreAt(curve, (weights) => share * costOfBest(weights))),
    areaFrom(curve, AREA_FROM, costOfBest),
  ]
  const banded = curves.filter(({ objective, view }) => view !== 'kNN' && BANDED.includes(objective))
  const pairCurves = pair && (await measurePair(prompts, pair, options))
  return {
    prompts: prompts.length,
    llms: new Set(prompts.flatMap((candidates) => candidates.map(({ llm }) => llm))).size,
    shares: SHARES,
    curves: compareCurves(curves, constants, numbersOf, options),
    points: Object.entries(named).map(([name, curve]) => measurePoint(name, curve, constants, options)),
    ...(bandSamples !== undefined && {
      bands: bandsOf(banded, costOfBest, { ...options, resamples: bandSamples }),
    }),
    ...(pairCurves && { pair: pairCurves }),
  }
}

/** @param curve of one point */
function measurePoint(
  name: string,
  { points }: Curve,
  constants: Curve,
  options: BootstrapOptions,
): MeasuredPoint {
  const point = at(points, 0)
  const statistics = [meanStatistic(point.score), scoreAt(constants, meanStatistic(point.paid))]
  const [own, mixed] = bootstrap(statistics, point.paid.length, options)
  const score = withoutSamples(own)
  const overConstants = own && mixed && difference(own, mixed)
  return { name, cost: meansOf(point).cost, ...(score && { score }), ...(overConstants && { overConstants }) }
}

const PAIR_SHARES = [0.25, 0.5, 0.75]

async function measurePair(
  prompts: readonly JudgedCandidates[],
  { strong, weak }: { strong: string; weak: string },
  options: BootstrapOptions,
): Promise<PairCurves> {
  const both = prompts
    .map((candidates) => candidates.filter(({ llm }) => llm === strong || llm === weak))
    .filter(({ length }) => length === 2)
  if (both.length === 0) {
    const problem = `expected a prompt with outcomes and prices of both ${strong} and ${weak}, got none`
    throw new LLimitError('INVALID_ARGUMENT', problem)
  }
  const sweep = thresholds(strong, weak)
  // Always the strong one, and never.
  const alone = await curveOf(thresholds(strong, weak, [-Infinity, Infinity]), 'constants', both)
  const [cheaper, costlier] = [at(alone.points, 0), at(alone.points, alone.points.length - 1)]
  if (cheaper === costlier || costlier.parameter > 0) {
    throw new LLimitError(
      'INVALID_ARGUMENT',
      `expected ${strong} to cost more than ${weak}, got the opposite`,
    )
  }
  const [low, high] = [meanStatistic(cheaper.paid), meanStatistic(costlier.paid)]
  const curves = [alone, await curveOf(sweep, 'model', both), await curveOf(sweep, 'kNN', both)]
  const numbersOf = (curve: Curve) => {
    const scores = PAIR_SHARES.map((share) =>
      scoreAt(curve, (weights) => low(weights) + share * (high(weights) - low(weights))),
    )
    return [...scores, (weights?: Float64Array) => mean(scores.map((score) => score(weights)))]
  }
  const measured = compareCurves(curves, alone, numbersOf, options)
  return { strong, weak, prompts: both.length, shares: PAIR_SHARES, curves: measured }
}
