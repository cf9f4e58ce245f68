import { at } from '../numeric/at.js'
import { paretoFront } from './candidate.js'
import type { Candidate, Priced } from './candidate.js'
import { mapYielding } from '../thread/mapYielding.js'
import { relax } from './relaxation.js'

/** States that are kept of all prompts together, about a second's work. Of more the most promising; `bound` says what was missed. */
const MAX_STATES = 2 ** 19

/** Successes that a choice may stay below the best one: far above the rounding of a sum, far below what matters. */
const TOLERANCE = 1e-9

/** Share of a budget by which the rounding of a sum may exceed it. */
const ROUNDING = 1e-12

/** A choice for every prompt. */
export interface BudgetChoice<C extends Candidate> {
  /** [P] */
  chosen: Priced<C>[]
  /** Sum of the probabilities. */
  successes: number
  cost: number
  /** What no choice within the budget exceeds: `successes` plus 1e-9 if the search was complete, as it nearly always is. */
  bound: number
  /** λ: successes that a dollar more would buy. */
  perDollar: number
}

/** Choices for the first prompts, one for each prompt, as a linked list. */
interface State<C extends Candidate> {
  cost: number
  successes: number
  /** By how much the bound of what follows from it is below the bound of all. */
  loss: number
  choice: Priced<C> | undefined
  before: State<C> | undefined
}

/**
 * The LLM of each prompt such that the sum of the probabilities is greatest and that of the costs within the budget: a
 * multiple-choice knapsack. Branch and bound: for every λ >= 0, λ · budget + the sum of the greatest p - λ c of each prompt is a
 * bound (Lagrange), and the λ of the linear relaxation makes it tight, so that nearly all choices are discarded at once; dynamic
 * programming over the rest, without the states that another beats in cost and successes.
 * It yields, since a thousand prompts may take a second.
 * @param prompts [P] the candidates of each, one of known cost at least
 * @returns undefined if even the cheapest LLMs cost more
 */
export async function chooseWithin<C extends Candidate>(
  prompts: readonly (readonly C[])[],
  dollars: number,
  signal?: AbortSignal,
): Promise<BudgetChoice<C> | undefined> {
  const budget = dollars * (1 + ROUNDING)
  const fronts = await mapYielding(prompts, paretoFront, signal)
  const relaxed = await relax(fronts, budget, signal)
  if (relaxed === undefined) return undefined
  const { perDollar } = relaxed
  const choices = await mapYielding(fronts, (front) => withLosses(front, perDollar), signal)
  const bound = choices.reduce((sum, { greatest }) => sum + greatest, perDollar * budget)
  const found = totals(relaxed.chosen)
  // Where a step costs next to nothing, λ · budget is so large that it cannot be told apart from its neighbors.
  const rounding = Number.EPSILON * (fronts.length + 4) * perDollar * budget
  const gap = bound - found.successes - TOLERANCE + rounding
  const { best, leastLoss } = await search(
    choices.map(({ options }) => options.filter(({ loss }) => loss < gap)),
    { budget, gap, signal },
  )
  const isBetter = best !== undefined && best.successes > found.successes
  const chosen = isBetter ? choicesOf(best) : relaxed.chosen
  const sums = totals(chosen)
  return {
    chosen,
    ...sums,
    bound: Math.min(bound + rounding, Math.max(bound - leastLoss, sums.successes + TOLERANCE)),
    perDollar,
  }
}

interface Limits {
  budget: number
  /** Losses that are as large lead to nothing better. */
  gap: number
  signal: AbortSignal | undefined
}

interface Option<C extends Candidate> {
  choice: Priced<C>
  /** By how much its p - λ c is below the greatest of the prompt. */
  loss: number
}

function withLosses<C extends Candidate>(front: readonly Priced<C>[], perDollar: number) {
  const reduced = front.map(({ probability, cost }) => probability - perDollar * cost)
  const greatest = Math.max(...reduced)
  const options = front.map((choice, i): Option<C> => ({ choice, loss: greatest - at(reduced, i) }))
  return { greatest, options }
}

/**
 * @param prompts [P] the options of each, by rising cost
 * @returns the best of all states, and the least loss of those that were not followed: infinite if there were none
 */
async function search<C extends Candidate>(prompts: readonly Option<C>[][], { budget, gap, signal }: Limits) {
  // Of the cheapest options for the prompts from p on.
  const costFrom = new Float64Array(prompts.length + 1)
  for (let p = prompts.length - 1; p >= 0; p--) {
    const [cheapest] = at(prompts, p)
    costFrom[p] = at(costFrom, p + 1) + (cheapest === undefined ? Infinity : cheapest.choice.cost)
  }
  let states: State<C>[] = [{ cost: 0, successes: 0, loss: 0, choice: undefined, before: undefined }]
  let leastLoss = Infinity
  const most = Math.ceil(MAX_STATES / prompts.length)
  const advance = (options: Option<C>[], p: number) => {
    const left = budget - at(costFrom, p + 1) + budget * ROUNDING
    const next = states.flatMap((before) => options.map((option) => after(before, option)))
    states = undominated(next.filter(({ cost, loss }) => loss < gap && cost <= left))
    if (states.length > most) {
      states.sort((a, b) => a.loss - b.loss)
      leastLoss = Math.min(leastLoss, at(states, most).loss)
      states.length = most
    }
  }
  await mapYielding(prompts, advance, signal)
  const inBudget = states.filter(({ cost }) => cost <= budget)
  const best = inBudget.sort((a, b) => b.successes - a.successes)[0]
  return { best, leastLoss }
}

function after<C extends Candidate>(before: State<C>, { choice, loss }: Option<C>): State<C> {
  return {
    cost: before.cost + choice.cost,
    successes: before.successes + choice.probability,
    loss: before.loss + loss,
    choice,
    before,
  }
}

/** Without those that another beats in cost and successes; by rising cost. */
function undominated<C extends Candidate>(states: State<C>[]): State<C>[] {
  states.sort((a, b) => a.cost - b.cost || b.successes - a.successes)
  let most = -Infinity
  return states.filter(({ successes }) => {
    if (successes <= most) return false
    most = successes
    return true
  })
}

function choicesOf<C extends Candidate>(last: State<C>): Priced<C>[] {
  const choices: Priced<C>[] = []
  for (let state: State<C> | undefined = last; state?.choice !== undefined; state = state.before) {
    choices.push(state.choice)
  }
  return choices.reverse()
}

function totals(chosen: readonly (Candidate & { cost: number })[]): { successes: number; cost: number } {
  return {
    successes: chosen.reduce((sum, { probability }) => sum + probability, 0),
    cost: chosen.reduce((sum, { cost }) => sum + cost, 0),
  }
}
