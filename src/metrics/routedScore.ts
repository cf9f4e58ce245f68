import { at } from '../numeric/at.js'
import { ratio, startsOf } from './scoredOutcomes.js'
import type { PerPrompt, ScoredOutcomes, Statistic } from './scoredOutcomes.js'

type Judged = Omit<ScoredOutcomes, 'prediction'>

/**
 * What a router achieves that sends every prompt to the LLM with the highest prediction: the mean over prompts of that LLM's
 * score, among the LLMs with an outcome on the prompt. LLMs that tie are averaged. Prompts with one outcome leave no
 * choice and do not count.
 */
export function routedScore(outcomes: ScoredOutcomes): number {
  return routedStatistic(outcomes)()
}

/** `routedScore` for samples of the prompts; O(P) for each. */
export function routedStatistic(outcomes: ScoredOutcomes): Statistic {
  return statisticOf(routedByPrompt(outcomes))
}

/** The score of the LLM that each prompt is sent to, and 1; 0 and 0 of prompts that leave no choice. */
export function routedByPrompt(outcomes: ScoredOutcomes): PerPrompt {
  const { prediction } = outcomes
  return overPrompts(outcomes, (from, to, scoreOf) => {
    let highest = -Infinity
    for (let i = from; i < to; i++) highest = Math.max(highest, at(prediction, i))
    let sum = 0
    let chosen = 0
    for (let i = from; i < to; i++) {
      if (at(prediction, i) !== highest) continue
      sum += scoreOf(i)
      chosen++
    }
    return sum / chosen
  })
}

/** The same for a router that knows every outcome: the best score of each prompt. */
export function oracleStatistic(outcomes: Judged): Statistic {
  const bestOf = (from: number, to: number, scoreOf: (i: number) => number) => {
    let best = 0
    for (let i = from; i < to; i++) best = Math.max(best, scoreOf(i))
    return best
  }
  return statisticOf(overPrompts(outcomes, bestOf))
}

/** The same for random routing: the mean score of each prompt. */
export function randomStatistic(outcomes: Judged): Statistic {
  const meanOf = (from: number, to: number, scoreOf: (i: number) => number) => {
    let sum = 0
    for (let i = from; i < to; i++) sum += scoreOf(i)
    return sum / (to - from)
  }
  return statisticOf(overPrompts(outcomes, meanOf))
}

function statisticOf({ above, below }: PerPrompt): Statistic {
  return ratio(above, below)
}

function overPrompts(
  outcomes: Judged,
  valueOf: (from: number, to: number, scoreOf: (i: number) => number) => number,
): PerPrompt {
  const starts = startsOf(outcomes)
  const values = new Float64Array(outcomes.prompts)
  const counts = new Float64Array(outcomes.prompts)
  const scoreOf = (i: number) => at(outcomes.score, i)
  for (let p = 0; p < outcomes.prompts; p++) {
    const from = at(starts, p)
    const to = at(starts, p + 1)
    if (to - from < 2) continue
    values[p] = valueOf(from, to, scoreOf)
    counts[p] = 1
  }
  return { above: values, below: counts }
}
