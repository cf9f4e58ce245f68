import { bootstrap, difference } from '../metrics/bootstrap.js'
import type { Bootstrapped, Estimate } from '../metrics/bootstrap.js'
import { NO_VALUE } from '../metrics/scoredOutcomes.js'
import type { Statistic } from '../metrics/scoredOutcomes.js'
import { at, valueAt } from '../numeric/at.js'

/** What one unit (a cell, a prompt) adds to a metric: of a source it is the sum of `above` over that of `below`. */
interface Share {
  above: number
  below: number
}

/** A unit with what it adds to each metric. */
export interface Unit {
  source: string
  shares: Readonly<Record<string, Share>>
}

/** A system by the units it was measured on, which are the same for all systems and in the same order. */
export interface MeasuredSystem {
  name: string
  units: readonly Unit[]
}

/** A metric of one system: the plain mean over sources, so that a source of 80,000 outcomes counts as one of 1,000. */
export interface SourceMean {
  metric: string
  system: string
  value: number
  /** How much greater it is than that of the first system, with paired intervals; absent of the first. */
  difference?: { value: number; overUnits: Interval; overSources: Interval }
}

type Interval = readonly [low: number, high: number]

/** Every metric of every system that has it, by metric. */
export function compareSystems(systems: readonly MeasuredSystem[], seed: number): SourceMean[] {
  const metrics = new Set(systems.flatMap(({ units }) => units.flatMap(({ shares }) => Object.keys(shares))))
  return [...metrics].flatMap((metric) => {
    const having = systems.filter(({ units }) => units.some(({ shares }) => metric in shares))
    return compareMetric(metric, having, seed)
  })
}

/** The value of a metric; NO_VALUE if no unit has it. */
export function meanOverSources(units: readonly Unit[], metric: string): number {
  return unitStatistic(sharesOf({ units }, metric))()
}

function compareMetric(metric: string, systems: readonly MeasuredSystem[], seed: number): SourceMean[] {
  const units = at(systems, 0).units
  const sources = [...new Set(units.map(({ source }) => source))]
  const overUnits = bootstrap(
    systems.map((system) => unitStatistic(sharesOf(system, metric))),
    units.length,
    { seed },
  )
  const overSources = bootstrap(
    systems.map((system) => sourceStatistic(sharesOf(system, metric))),
    sources.length,
    { seed },
  )
  return systems.flatMap(({ name }, s) => {
    const [byUnit, bySource] = [at(overUnits, s), at(overSources, s)]
    if (byUnit === undefined || bySource === undefined) return []
    const compared = s === 0 ? undefined : differenceOf([overUnits[0], byUnit], [overSources[0], bySource])
    return [{ metric, system: name, value: byUnit.value, ...(compared && { difference: compared }) }]
  })
}

type Pair = readonly [first: Bootstrapped | undefined, other: Bootstrapped]

function differenceOf(byUnit: Pair, bySource: Pair): SourceMean['difference'] {
  const [overUnits, overSources] = [byUnit, bySource].map(([first, other]) =>
    first === undefined ? undefined : difference(other, first),
  )
  if (overUnits === undefined || overSources === undefined) return undefined
  const interval = ({ low, high }: Estimate): Interval => [low, high]
  return {
    value: overUnits.value,
    overUnits: interval(overUnits),
    overSources: interval(overSources),
  }
}

interface SourceShare extends Share {
  source: string
}

function sharesOf({ units }: Pick<MeasuredSystem, 'units'>, metric: string): SourceShare[] {
  return units.map(({ source, shares }) => ({ source, ...(shares[metric] ?? { above: 0, below: 0 }) }))
}

/** Over samples of the units; a source of which the sample has none does not count. */
function unitStatistic(shares: readonly SourceShare[]): Statistic {
  const sources = [...new Set(shares.map(({ source }) => source))]
  const indices = new Map(sources.map((source, s) => [source, s]))
  const indexOf = Int32Array.from(shares, ({ source }) => valueAt(indices, source))
  return (weights) => {
    const above = new Float64Array(sources.length)
    const below = new Float64Array(sources.length)
    shares.forEach((share, u) => {
      const s = at(indexOf, u)
      const weight = weights === undefined ? 1 : at(weights, u)
      above[s] = at(above, s) + weight * share.above
      below[s] = at(below, s) + weight * share.below
    })
    return meanOver(above.map((sum, s) => sum / at(below, s)))
  }
}

/** Over samples of the sources, each with all its units. */
function sourceStatistic(shares: readonly SourceShare[]): Statistic {
  const sources = [...new Set(shares.map(({ source }) => source))]
  const values = Float64Array.from(sources, (wanted) =>
    unitStatistic(shares.filter(({ source }) => source === wanted))(),
  )
  return (weights) => meanOver(values, weights)
}

/** Of the values that there are. */
function meanOver(values: Float64Array, weights?: Float64Array): number {
  let [sum, total] = [0, 0]
  values.forEach((value, i) => {
    const weight = weights === undefined ? 1 : at(weights, i)
    if (Number.isNaN(value) || weight === 0) return
    sum += weight * value
    total += weight
  })
  return total === 0 ? NO_VALUE : sum / total
}
