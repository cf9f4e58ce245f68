import { guardedChoice } from '../calibration/guard.js'
import { logitOf } from '../calibration/probability.js'
import { at } from '../numeric/at.js'
import { byProbability, isPriced, paretoFront } from './candidate.js'
import type { Candidate } from './candidate.js'
import { needsCost, utilitiesOf } from './objective.js'
import type { Objective, PromptObjective } from './objective.js'
import { noReason, reasonOf, staying } from './reason.js'

/** What is in use, for example by the conversation that the prompt belongs to. */
export interface Current {
  llm: string
  /** Utility that another, less probable LLM must have more for the choice to leave this one. */
  switchMargin: number
}

interface Ranked<C extends Candidate> {
  candidate: C
  /** Null if it may not be chosen. */
  utility: number | null
}

/** What was decided for one prompt, and why. */
export interface Decision<C extends Candidate> {
  /** Null if the objective has none. */
  choice: C | null
  /** A sentence that a person can read. */
  reason: string
  /** What to take instead of a choice: the most probable LLM. Null if there is a choice, or no candidate. */
  fallback: C | null
  /** Those that the objective looks at, by falling utility; the others are in `unpriced` or not named by it. */
  ranked: Ranked<C>[]
  /** Left out because their cost is unknown. */
  unpriced: C[]
  /** By rising cost. */
  pareto: C[]
  /**
   * Utility of the choice less the greatest of the others: below 0 if something kept it from a greater one. Null if there is no
   * choice or no other.
   */
  margin: number | null
}

/**
 * Chooses for one prompt. There is no choice where the objective has none, or names an LLM that is no candidate.
 * @param candidates of known standard error for a guard
 */
export function decide<C extends Candidate>(
  objective: PromptObjective,
  candidates: readonly C[],
  current?: Current,
): Decision<C> {
  const { eligible, unpriced } = eligibleFor(objective, candidates)
  const utilities = utilitiesOf(objective, eligible)
  const ranked = eligible.map((candidate, i) => ({ candidate, utility: at(utilities, i) }))
  const decision = { ranked: rank(ranked), unpriced, pareto: paretoFront(candidates) }
  const chosen = choiceOf(objective, decision.ranked)
  if (chosen === undefined) {
    const fallback = mostProbable(eligible) ?? mostProbable(candidates)
    return {
      ...decision,
      choice: null,
      reason: noReason(objective, fallback, eligible),
      fallback,
      margin: null,
    }
  }
  const kept = keptBy(current, chosen, decision.ranked)
  const final = kept ?? chosen
  return {
    ...decision,
    choice: final.candidate,
    reason: kept === undefined ? reasonOf(objective, chosen, decision.ranked) : staying(kept, chosen),
    fallback: null,
    margin: marginOf(final, decision.ranked),
  }
}

export function mostProbable<C extends Candidate>(candidates: readonly C[]): C | null {
  let best: C | null = null
  // The first of several that are equally good.
  for (const candidate of candidates)
    if (best === null || byProbability(candidate, best) < 0) best = candidate
  return best
}

/** Those that the objective may choose, and those that it may not for want of a price. */
export function eligibleFor<C extends Candidate>(
  objective: Objective,
  candidates: readonly C[],
): { eligible: C[]; unpriced: C[] } {
  if (needsCost(objective)) {
    return {
      eligible: candidates.filter(isPriced),
      unpriced: candidates.filter((candidate) => !isPriced(candidate)),
    }
  }
  if (objective.type !== 'threshold') return { eligible: [...candidates], unpriced: [] }
  const named = [objective.strong, objective.weak]
  return { eligible: candidates.filter(({ llm }) => named.includes(llm)), unpriced: [] }
}

/** By falling utility, those without one last, then by probability. */
export function rank<C extends Candidate>(ranked: Ranked<C>[]): Ranked<C>[] {
  return ranked.sort((a, b) => {
    if (a.utility === null || b.utility === null) {
      if (a.utility !== b.utility) return a.utility === null ? 1 : -1
      return byProbability(a.candidate, b.candidate)
    }
    return b.utility - a.utility || byProbability(a.candidate, b.candidate)
  })
}

function choiceOf<C extends Candidate>(objective: PromptObjective, ranked: Ranked<C>[]) {
  const first = ranked[0]
  if (first === undefined || first.utility === null) return undefined
  if (objective.type === 'threshold')
    return first.utility > 0 ? first : ranked.find(({ candidate }) => candidate.llm === objective.weak)
  if (objective.type !== 'guarded') return first
  const baseline = ranked.findIndex(({ candidate }) => candidate.llm === objective.baseline)
  if (baseline < 0) return undefined
  const own = at(ranked, baseline).candidate
  const isDearer = isPriced(first.candidate) && isPriced(own) && first.candidate.cost > own.cost
  const compared = ranked.map(({ candidate: { llm, probability, standardError } }) => {
    if (standardError === null) throw new RangeError(`expected a known standard error of ${llm}`)
    return { logit: logitOf(probability), standardError }
  })
  return at(ranked, guardedChoice(compared, baseline, (isDearer ? 2 : 1) * objective.z))
}

/** The current LLM if the switch to another, less probable one does not pay. */
function keptBy<C extends Candidate>(
  current: Current | undefined,
  chosen: Ranked<C>,
  ranked: readonly Ranked<C>[],
): Ranked<C> | undefined {
  const own = ranked.find(({ candidate }) => candidate.llm === current?.llm)
  if (current === undefined || own === undefined || own === chosen) return undefined
  if (own.utility === null || chosen.utility === null) return undefined
  const isDowngrade = chosen.candidate.probability < own.candidate.probability
  return isDowngrade && chosen.utility - own.utility <= current.switchMargin ? own : undefined
}

/** See `Decision`. */
export function marginOf<C extends Candidate>(
  chosen: Ranked<C>,
  ranked: readonly Ranked<C>[],
): number | null {
  const other = ranked.find((one) => one !== chosen)
  return other === undefined || other.utility === null || chosen.utility === null
    ? null
    : chosen.utility - other.utility
}
