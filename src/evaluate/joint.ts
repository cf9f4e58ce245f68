import { SharedDifficulty } from '../calibration/sharedDifficulty.js'
import { afterFailure } from '../metrics/afterFailure.js'
import { bootstrap, difference } from '../metrics/bootstrap.js'
import type { BootstrapOptions, Estimate } from '../metrics/bootstrap.js'
import { drawLists, firstToSucceedByPrompt } from '../metrics/firstToSucceed.js'
import { ratio } from '../metrics/scoredOutcomes.js'
import type { Floats, Statistic } from '../metrics/scoredOutcomes.js'
import type { Outcomes } from '../outcomes/outcomes.js'
import { scoredOutcomes, withoutSamples } from './measure.js'

/** Metrics of how outcomes depend on each other, in the order of the tables; lower is better. */
export const JOINT_METRICS = {
  failureEce: { title: 'ECE after a failure', isLopsided: true },
  failureLogLoss: { title: 'log loss after a failure', isLopsided: false },
  firstLogLoss: { title: 'log loss of the first to succeed', isLopsided: false },
} as const

export type JointMetric = keyof typeof JOINT_METRICS
export const JOINT_METRIC_NAMES = Object.keys(JOINT_METRICS) as JointMetric[]

type JointEstimates = Partial<Record<JointMetric, Estimate>>

/** The probabilities of one model, made to depend on each other in two ways. */
export interface JointReport {
  /** Of the shared difficulty, in logits. */
  deviation: number
  /** Prompts with two outcomes or more. */
  prompts: number
  /** The shared difficulty first, then independence, which is compared with it. */
  systems: { name: string; metrics: JointEstimates; difference: JointEstimates }[]
}

/**
 * What a shared difficulty is worth: the chance of a strong LLM after a weak one has failed, and of each LLM of a list to be the first
 * to succeed, against the products that take outcomes for independent; on the same samples of prompts.
 * @param predictions [N] probabilities
 */
export function measureJoint(
  outcomes: Outcomes,
  predictions: Floats,
  deviation: number,
  options: BootstrapOptions,
): JointReport {
  const scored = scoredOutcomes(outcomes, predictions)
  const lists = drawLists(scored, outcomes.llm, options.seed)
  const statisticsOf = (joint: SharedDifficulty): Statistic[] => {
    const { calibrationError, logLoss } = afterFailure(scored, joint)
    const first = firstToSucceedByPrompt(scored, lists, joint)
    // In the order of JOINT_METRICS.
    return [calibrationError, ratio(logLoss.above, logLoss.below), ratio(first.above, first.below)]
  }
  const statistics = [deviation, 0].flatMap((s) => statisticsOf(new SharedDifficulty(s)))
  const estimates = bootstrap(statistics, scored.prompts, options)
  const shared = estimates.slice(0, JOINT_METRIC_NAMES.length)
  const independent = estimates.slice(JOINT_METRIC_NAMES.length)
  return {
    deviation,
    prompts: lists.filter((ofPrompt) => ofPrompt.length > 0).length,
    systems: [
      { name: 'shared difficulty', metrics: estimatesBy((m) => withoutSamples(shared[m])), difference: {} },
      {
        name: 'independence',
        metrics: estimatesBy((m) => withoutSamples(independent[m])),
        difference: estimatesBy((m) => {
          const [own, reference] = [independent[m], shared[m]]
          return own && reference && difference(own, reference)
        }),
      },
    ],
  }
}

/** Without the metrics that have no value, such as if no LLM failed. */
function estimatesBy(estimateOf: (metric: number) => Estimate | undefined): JointEstimates {
  const entries = JOINT_METRIC_NAMES.map((name, m) => [name, estimateOf(m)] as const)
  return Object.fromEntries(entries.filter(([, estimate]) => estimate !== undefined))
}
