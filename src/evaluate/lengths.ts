import { bootstrap } from '../metrics/bootstrap.js'
import type { BootstrapOptions, Estimate } from '../metrics/bootstrap.js'
import { explainedVariance, medianRelativeError, ratioOfSums } from '../metrics/lengthStatistics.js'
import type { Statistic } from '../metrics/scoredOutcomes.js'
import { at } from '../numeric/at.js'
import { isCounted, promptOf, tokensOf } from '../outcomes/outcomes.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import { withoutSamples } from './measure.js'
import { selectOutcomes } from './selectOutcomes.js'

/** Metrics of the lengths of answers, in the order of the tables. */
export const LENGTH_METRICS = {
  r2: 'R² of log tokens',
  medianError: 'median error',
  coverage: 'coverage',
  cost: 'expected / counted',
} as const

export type LengthMetric = keyof typeof LENGTH_METRICS
export const LENGTH_METRIC_NAMES = Object.keys(LENGTH_METRICS) as LengthMetric[]

/** Without those that a system does not give. */
export type LengthEstimates = Partial<Record<LengthMetric, Estimate>>

/** The lengths of answers on some prompts, predicted and counted. */
interface MeasuredLengths {
  name: string
  prompts: number
  answers: number
  systems: { name: string; metrics: LengthEstimates }[]
}

export interface LengthReport {
  overall: MeasuredLengths
  sources: MeasuredLengths[]
}

/** What a system predicts for each counted answer, [N] in tokens. */
export interface LengthSystem {
  name: string
  median: Float64Array
  /** If it gives more than a median. */
  distribution?: { expected: Float64Array; low: Float64Array; high: Float64Array }
}

/** The outcomes whose answers were counted. */
export function countedOutcomes(all: Outcomes): Outcomes {
  return selectOutcomes(all, (i) => isCounted(tokensOf(all, i))).outcomes
}

/** @param outcomes all of them counted */
export function measureLengths(
  outcomes: Outcomes,
  systems: readonly LengthSystem[],
  options: BootstrapOptions,
): LengthReport {
  const sources = [...new Set(outcomes.prompts.map(({ source }) => source))]
  const groups = sources.map((source) => {
    const { outcomes: own, places } = selectOutcomes(outcomes, (i) => promptOf(outcomes, i).source === source)
    return measureGroup(
      source,
      own,
      systems.map((system) => restricted(system, places)),
      options,
    )
  })
  return {
    overall: measureGroup('all', outcomes, systems, options),
    sources: groups.length < 2 ? [] : groups.sort((x, y) => y.prompts - x.prompts),
  }
}

function measureGroup(
  name: string,
  outcomes: Outcomes,
  systems: readonly LengthSystem[],
  options: BootstrapOptions,
): MeasuredLengths {
  const P = outcomes.prompts.length
  const measured = systems.map((system) => {
    const statistics = statisticsOf(outcomes, system)
    const estimates = bootstrap([...statistics.values()], P, options).map(withoutSamples)
    const entries = [...statistics.keys()].map((metric, i) => [metric, at(estimates, i)] as const)
    const metrics: LengthEstimates = Object.fromEntries(
      entries.filter(([, estimate]) => estimate !== undefined),
    )
    return { name: system.name, metrics }
  })
  return { name, prompts: P, answers: outcomes.score.length, systems: measured }
}

function statisticsOf(
  outcomes: Outcomes,
  { median, distribution }: LengthSystem,
): Map<LengthMetric, Statistic> {
  const tokens = countsOf(outcomes)
  const predicted = { prompts: outcomes.prompts.length, prompt: outcomes.prompt, tokens, median }
  const statistics = new Map<LengthMetric, Statistic>([
    ['r2', explainedVariance(predicted)],
    ['medianError', medianRelativeError(predicted)],
  ])
  if (distribution === undefined) return statistics
  const { expected, low, high } = distribution
  const isWithin = tokens.map((value, i) => Number(value >= at(low, i) && value <= at(high, i)))
  return statistics
    .set('coverage', ratioOfSums(predicted, isWithin, new Float64Array(tokens.length).fill(1)))
    .set('cost', ratioOfSums(predicted, expected, tokens))
}

/** An empty answer counts as one token, as in training. */
function countsOf(outcomes: Outcomes): Float64Array {
  return Float64Array.from(outcomes.score.keys(), (i) => Math.max(1, tokensOf(outcomes, i)))
}

/**
 * The length of the answers of each LLM whatever the prompt: the mean of the logs in the training split, that of all LLMs for one
 * without counted answers.
 * @param training,outcomes all of them counted
 */
export function meanLengths(training: Outcomes, outcomes: Outcomes): LengthSystem {
  const logs = countsOf(training).map(Math.log)
  const M = training.llms.length
  const [sums, counts] = [new Float64Array(M), new Float64Array(M)]
  logs.forEach((log, i) => {
    const m = at(training.llm, i)
    sums[m] = at(sums, m) + log
    counts[m] = at(counts, m) + 1
  })
  const overall = logs.reduce((a, b) => a + b, 0) / Math.max(1, logs.length)
  const means = sums.map((sum, m) => (at(counts, m) === 0 ? overall : sum / at(counts, m)))
  return { name: 'LLM mean', median: Float64Array.from(outcomes.llm, (m) => Math.exp(at(means, m))) }
}

function restricted({ name, median, distribution }: LengthSystem, places: Int32Array): LengthSystem {
  const pick = (values: Float64Array) => Float64Array.from(places, (i) => at(values, i))
  return {
    name,
    median: pick(median),
    ...(distribution && {
      distribution: {
        expected: pick(distribution.expected),
        low: pick(distribution.low),
        high: pick(distribution.high),
      },
    }),
  }
}
