import { at } from '../numeric/at.js'
import { costOf } from './candidate.js'
import type { Candidate } from './candidate.js'

/**
 * What a choice is made by. p is the probability of an LLM, c its cost in dollars, u its utility; the LLM with the greatest u is
 * chosen, of several the most probable, then the cheapest. docs/rank.md has the formulas too.
 */
export type Objective =
  /** u = p. */
  | { type: 'best' }
  /**
   * u = the probability that it succeeds and all cheaper ones fail; for the most probable, that all fail is added. If the request
   * lists the candidates by rising price, their order counts where not all costs are known.
   */
  | { type: 'sufficient'; isListed: boolean }
  /** u = -c for those with p >= at_least; none for the others. */
  | { type: 'cheapest'; at_least: number }
  /** u = -c for those with p >= the greatest p - within; none for the others. */
  | { type: 'cheapest'; within: number }
  /** u = p · dollars - c: what a success is worth, times how probable it is, less what it costs. */
  | { type: 'value'; dollars: number }
  /**
   * From 0, the cheapest, to 10, the best: u = d p' - (1 - d) c', where d is a tenth of the position, p' and c' are p and
   * log(1 + c / the least c above 0), each scaled to [0, 1] over the candidates.
   */
  | { type: 'dial'; position: number }
  /** Two LLMs: u = p(strong) - p(weak) - threshold for the strong one, 0 for the weak one. */
  | { type: 'threshold'; strong: string; weak: string; threshold: number }
  /** u = p; the baseline is chosen unless the logit of the best is higher by z standard errors, 2 z if it costs more. */
  | { type: 'guarded'; baseline: string; z: number }
  /** Over all prompts of a request: the greatest sum of p whose sum of c is at most dollars; u = p - λ c. */
  | { type: 'budget'; dollars: number }

/** One that is decided for each prompt by itself. */
export type PromptObjective = Exclude<Objective, { type: 'budget' }>

/** Whether an LLM of unknown cost cannot be chosen by it. */
export function needsCost(objective: Objective): boolean {
  if (objective.type === 'sufficient') return !objective.isListed
  return ['cheapest', 'value', 'dial', 'budget'].includes(objective.type)
}

/**
 * u of each candidate; null for one that may not be chosen.
 * @param candidates of known cost if the objective needs it; for a threshold, with both LLMs; with their sufficiency if it asks for
 * that
 */
export function utilitiesOf(objective: PromptObjective, candidates: readonly Candidate[]): (number | null)[] {
  switch (objective.type) {
    case 'best':
    case 'guarded':
      return candidates.map(({ probability }) => probability)
    case 'sufficient':
      return candidates.map(({ sufficiency }) => sufficiency ?? null)
    case 'threshold': {
      const of = (llm: string) => candidates.find((candidate) => candidate.llm === llm)
      const [strong, weak] = [of(objective.strong), of(objective.weak)]
      if (strong === undefined || weak === undefined) return candidates.map(() => null)
      const gain = strong.probability - weak.probability - objective.threshold
      return candidates.map((candidate) => (candidate === strong ? gain : candidate === weak ? 0 : null))
    }
    case 'cheapest': {
      const least = leastProbability(objective, candidates)
      return candidates.map((candidate) => (candidate.probability >= least ? -costOf(candidate) : null))
    }
    case 'value':
      return candidates.map((candidate) => candidate.probability * objective.dollars - costOf(candidate))
    case 'dial':
      return dialed(objective.position / 10, candidates)
  }
}

/** What an LLM must reach to be taken for its price. */
export function leastProbability(
  objective: { at_least: number } | { within: number },
  candidates: readonly Candidate[],
): number {
  if ('at_least' in objective) return objective.at_least
  return Math.max(...candidates.map(({ probability }) => probability)) - objective.within
}

/** Prices span three orders of magnitude: on a linear scale all but the most expensive LLMs would count as free. */
function dialed(d: number, candidates: readonly Candidate[]): number[] {
  const costs = candidates.map(costOf)
  const unit = Math.min(...costs.filter((cost) => cost > 0))
  const highs = scaled(costs.map((cost) => (cost > 0 ? Math.log1p(cost / unit) : 0)))
  const probabilities = scaled(candidates.map(({ probability }) => probability))
  return probabilities.map((probability, i) => d * probability - (1 - d) * at(highs, i))
}

/** To [0, 1]; all 0 if they are equal. */
function scaled(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return values.map((value) => (most > least ? (value - least) / (most - least) : 0))
}
