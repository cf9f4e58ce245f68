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

/** Metrics in the order of the tables; `better` is the direction. */
export const METRICS = {
  auc: { title: 'AUC', better: 'higher', of: aucStatistic },
  pairs: { title: 'pairs', better: 'higher', of: pairwiseStatistic },
  logLoss: { title: 'log loss', better: 'lower', of: logLossStatistic },
  brier: { title: 'Brier', better: 'lower', of: brierStatistic },
  ece: { title: 'ECE', better: 'lower', of: calibrationErrorStatistic },
  routed: { title: 'routed', better: 'higher', of: routedStatistic },
} as const

export type MetricName = keyof typeof METRICS
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[]

/** One system on one set of prompts. Systems that predict nothing have `routed` only. */
export interface Measured {
  name: string
  metrics: Partial<Record<MetricName, Estimate>>
  /** How much greater each metric is than that of the first system, on the same samples of prompts. */
  difference: Partial<Record<MetricName, Estimate>>
}

/** Measures all systems on the same outcomes, with intervals from the same samples of their prompts. */
export function measure(
  outcomes: Outcomes,
  systems: readonly System[],
  options: BootstrapOptions,
): Measured[] {
  const named = systems.flatMap((system) => statisticsOf(outcomes, system))
  const estimates = bootstrap(
    named.map(({ statistic }) => statistic),
    outcomes.prompts.length,
    options,
  )
  const found = new Map(named.map(({ system, metric }, s) => [`${system.name}\n${metric}`, estimates[s]]))
  const of = (system: System | undefined, metric: MetricName) => found.get(`${system?.name ?? ''}\n${metric}`)
  const [first] = systems
  return systems.map((system) => ({
    name: system.name,
    metrics: collect((metric) => bare(of(system, metric))),
    difference: collect((metric) => {
      const [own, others] = [of(system, metric), of(first, metric)]
      return system === first || own === undefined || others === undefined
        ? undefined
        : difference(own, others)
    }),
  }))
}

/** Outcomes with predictions, as the metrics take them. */
export function scoredOutcomes({ prompts, prompt, score }: Outcomes, prediction: Floats): ScoredOutcomes {
  return { prompts: prompts.length, prompt, score, prediction }
}

function statisticsOf(
  outcomes: Outcomes,
  system: System,
): { system: System; metric: MetricName; statistic: Statistic }[] {
  const { predicts } = system
  if (predicts === 'random' || predicts === 'oracle') {
    const of = predicts === 'random' ? randomStatistic : oracleStatistic
    return [{ system, metric: 'routed', statistic: of({ ...outcomes, prompts: outcomes.prompts.length }) }]
  }
  const scored = scoredOutcomes(outcomes, predicts)
  return METRIC_NAMES.map((metric) => ({ system, metric, statistic: METRICS[metric].of(scored) }))
}

function collect(of: (metric: MetricName) => Estimate | undefined): Partial<Record<MetricName, Estimate>> {
  const entries = METRIC_NAMES.map((metric) => [metric, of(metric)] as const)
  return Object.fromEntries(entries.filter(([, estimate]) => estimate !== undefined))
}

/** Without the samples, which are no part of a report. */
function bare(estimate: Bootstrapped | undefined): Estimate | undefined {
  if (estimate === undefined) return undefined
  const { value, low, high } = estimate
  return { value, low, high }
}
