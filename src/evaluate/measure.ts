import { at } from '../numeric/at.js'
import { aucStatistic } from '../metrics/auc.js'
import { bootstrap, difference } from '../metrics/bootstrap.js'
import type { Bootstrapped, BootstrapOptions, Estimate } from '../metrics/bootstrap.js'
import { calibrationErrorStatistic } from '../metrics/calibration.js'
import { pairwiseStatistic } from '../metrics/pairwise.js'
import { brierStatistic, logLossStatistic } from '../metrics/properScores.js'
import { oracleStatistic, randomStatistic, routedStatistic } from '../metrics/routedScore.js'
import type { Floats, ScoredOutcomes, Statistic } from '../metrics/scoredOutcomes.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import type { System } from './system.js'

/** Metrics in the order of the tables; `better` is the direction. Lopsided intervals are shown by their limits. */
export const METRICS = {
  auc: { title: 'AUC', better: 'higher', isLopsided: false, of: aucStatistic },
  pairs: { title: 'pairs', better: 'higher', isLopsided: false, of: pairwiseStatistic },
  logLoss: { title: 'log loss', better: 'lower', isLopsided: false, of: logLossStatistic },
  brier: { title: 'Brier', better: 'lower', isLopsided: false, of: brierStatistic },
  ece: { title: 'ECE', better: 'lower', isLopsided: true, of: calibrationErrorStatistic },
  routed: { title: 'routed', better: 'higher', isLopsided: false, of: routedStatistic },
} as const

export type MetricName = keyof typeof METRICS
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[]

/** Without the metrics that the outcomes or the system leave without a value. */
type MetricEstimates = Partial<Record<MetricName, Estimate>>

/** One system on one set of prompts. Systems that predict nothing have `routed` only. */
export interface Measured {
  name: string
  metrics: MetricEstimates
  /** How much greater each metric is than that of the first system, on the same samples of prompts. */
  difference: MetricEstimates
}

/** Measures all systems on the same outcomes, with intervals from the same samples of their prompts. */
export function measure(
  outcomes: Outcomes,
  systems: readonly System[],
  options: BootstrapOptions,
): Measured[] {
  const statistics = systems.map((system) => statisticsOf(outcomes, system))
  const estimates = bootstrap(
    statistics.flatMap((ofSystem) => [...ofSystem.values()]),
    outcomes.prompts.length,
    options,
  )
  let next = 0
  const bySystem = statistics.map(
    (ofSystem) => new Map([...ofSystem.keys()].map((metric) => [metric, at(estimates, next++)])),
  )
  const first = bySystem[0]
  return systems.map(({ name }, s) => {
    const own = at(bySystem, s)
    return {
      name,
      metrics: estimatesBy((metric) => withoutSamples(own.get(metric))),
      difference: estimatesBy((metric) => {
        const [mine, reference] = [own.get(metric), first?.get(metric)]
        return s === 0 || mine === undefined || reference === undefined
          ? undefined
          : difference(mine, reference)
      }),
    }
  })
}

/** Outcomes with predictions, as the metrics take them. */
export function scoredOutcomes({ prompts, prompt, score }: Outcomes, prediction: Floats): ScoredOutcomes {
  return { prompts: prompts.length, prompt, score, prediction }
}

function statisticsOf(outcomes: Outcomes, system: System): Map<MetricName, Statistic> {
  const judged = { ...outcomes, prompts: outcomes.prompts.length }
  switch (system.type) {
    case 'random':
      return new Map([['routed', randomStatistic(judged)]])
    case 'oracle':
      return new Map([['routed', oracleStatistic(judged)]])
    case 'predictor': {
      const scored = scoredOutcomes(outcomes, system.predictions)
      return new Map(METRIC_NAMES.map((metric) => [metric, METRICS[metric].of(scored)]))
    }
  }
}

function estimatesBy(estimateOf: (metric: MetricName) => Estimate | undefined): MetricEstimates {
  const entries = METRIC_NAMES.map((metric) => [metric, estimateOf(metric)] as const)
  return Object.fromEntries(entries.filter(([, estimate]) => estimate !== undefined))
}

/** Samples are not part of a report. */
export function withoutSamples(estimate: Bootstrapped | undefined): Estimate | undefined {
  if (estimate === undefined) return undefined
  const { value, low, high } = estimate
  return { value, low, high }
}
