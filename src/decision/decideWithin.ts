import { at } from '../numeric/at.js'
import { mapYielding } from '../thread/mapYielding.js'
import { chooseWithin } from './budget.js'
import type { BudgetChoice } from './budget.js'
import { paretoFront } from './candidate.js'
import type { Candidate, Priced } from './candidate.js'
import { eligibleFor, marginOf, mostProbable, rank } from './decide.js'
import type { Decision } from './decide.js'
import { overBudget, withinBudget } from './reason.js'

/** What became of a budget. */
export interface Spending {
  /** Expected cost of the choices, in dollars. */
  cost: number
  /** Sum of the probabilities of the choices. */
  successes: number
  /** What no choice within the budget exceeds. */
  bound: number
}

interface BudgetDecisions<C extends Candidate> {
  /** [P] */
  decisions: Decision<C>[]
  /** Undefined if even the cheapest candidates cost more, and nothing is chosen. */
  spending: Spending | undefined
}

/**
 * Chooses for all prompts together out of one budget; a prompt without a candidate of known cost gets none of it. It yields.
 * @param prompts [P] the candidates of each
 */
export async function decideWithin<C extends Candidate>(
  prompts: readonly (readonly C[])[],
  dollars: number,
  signal?: AbortSignal,
): Promise<BudgetDecisions<C>> {
  const objective = { type: 'budget', dollars } as const
  const split = await mapYielding(
    prompts,
    (candidates) => {
      const { eligible, unpriced } = eligibleFor(objective, candidates)
      const affordable = eligible.filter((one): one is Priced<C> => one.cost !== null)
      const least = affordable.reduce((cheapest, { cost }) => Math.min(cheapest, cost), Infinity)
      return { unpriced, eligible: affordable, least }
    },
    signal,
  )
  const served = split.filter(({ eligible }) => eligible.length > 0)
  const budget = await chooseWithin<C>(
    served.map(({ eligible }) => eligible),
    dollars,
    signal,
  )
  const leastOfAll = served.reduce((sum, { least }) => sum + least, 0)
  let place = 0
  const decide = (candidates: readonly C[], p: number): Decision<C> => {
    const { unpriced, eligible } = at(split, p)
    const known = { unpriced, pareto: paretoFront(candidates) }
    if (eligible.length === 0 || budget === undefined) {
      const ranked = rank(eligible.map((candidate) => ({ candidate, utility: null })))
      const fallback = mostProbable(eligible) ?? mostProbable(candidates)
      const reason =
        eligible.length === 0
          ? 'A budget needs costs, and that of no candidate is known.'
          : overBudget(leastOfAll, dollars)
      return { ...known, ranked, choice: null, reason, fallback, margin: null }
    }
    return { ...known, ...chosenOf(at(budget.chosen, place++), eligible, budget, dollars) }
  }
  const decisions = await mapYielding(prompts, decide, signal)
  const spending = budget && { cost: budget.cost, successes: budget.successes, bound: budget.bound }
  return { decisions, spending }
}

function chosenOf<C extends Candidate>(
  choice: C,
  eligible: readonly Priced<C>[],
  { perDollar }: BudgetChoice<C>,
  dollars: number,
): Omit<Decision<C>, 'unpriced' | 'pareto'> {
  const ranked = rank(
    eligible.map((candidate) => ({
      candidate,
      utility: candidate.probability - perDollar * candidate.cost,
    })),
  )
  const own = ranked.find(({ candidate }) => candidate === choice)
  const margin = own === undefined ? null : marginOf(own, ranked)
  return { choice, reason: withinBudget(choice, dollars), fallback: null, ranked, margin }
}
