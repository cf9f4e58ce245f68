import type { Candidate } from './candidate.js'
import { leastProbability } from './objective.js'
import type { PromptObjective } from './objective.js'

interface Ranked {
  candidate: Candidate
  utility: number | null
}

/**
 * Why there is no choice.
 * @param best the fallback
 * @param eligible those that the objective could choose
 */
export function noReason(
  objective: PromptObjective,
  best: Candidate | null,
  eligible: readonly Candidate[],
): string {
  if (best === null) return 'No candidate is left for this prompt.'
  if (objective.type === 'guarded')
    return `The baseline ${objective.baseline} is no candidate for this prompt.`
  if (objective.type === 'threshold')
    return `${objective.strong} and ${objective.weak} are not both candidates for this prompt.`
  if (eligible.length === 0) return 'The objective needs costs, and that of no candidate is known.'
  const least = objective.type === 'cheapest' ? rounded(leastProbability(objective, eligible)) : 'any'
  return `No candidate of known cost has a probability of at least ${least}; ${best.llm} has ${share(best)}.`
}

/** Why an LLM was chosen. */
export function reasonOf(objective: PromptObjective, chosen: Ranked, ranked: readonly Ranked[]): string {
  const { candidate } = chosen
  const { llm } = candidate
  switch (objective.type) {
    case 'best':
      return `${llm} is the most likely to succeed, with ${share(candidate)}.`
    case 'sufficient': {
      const isByCost = ranked.every((one) => one.candidate.cost !== null)
      const order = isByCost ? 'the cheapest LLM that succeeds' : 'the first LLM of the list that succeeds'
      const why = isByCost ? '' : '; not all costs are known, so the order of the list counts'
      return `${llm} is the most likely to be ${order}, with ${rounded(chosen.utility ?? candidate.probability)}${why}.`
    }
    case 'cheapest': {
      const all = ranked.map((one) => one.candidate)
      const least = rounded(leastProbability(objective, all))
      return `${llm} is the cheapest with a probability of at least ${least}: ${share(candidate)} for ${price(candidate)}.`
    }
    case 'value': {
      const worth = `a success being worth $${rounded(objective.dollars)}`
      return `${llm} is worth the most, ${worth}: ${share(candidate)} for ${price(candidate)}.`
    }
    case 'dial': {
      const position = rounded(objective.position)
      return `${llm} is the best at ${position} between cheapest (0) and best (10): ${share(candidate)} for ${price(candidate)}.`
    }
    case 'threshold': {
      const isStrong = llm === objective.strong
      const other = ranked.find((one) => one !== chosen)?.candidate ?? candidate
      const lead = rounded((isStrong ? 1 : -1) * (candidate.probability - other.probability))
      const verdict = isStrong ? 'more than' : 'not more than'
      return `${objective.strong} is ahead of ${objective.weak} by ${lead}, ${verdict} the threshold of ${rounded(objective.threshold)}.`
    }
    case 'guarded': {
      const best = ranked[0]
      return best === chosen || best === undefined
        ? `${llm} is the most likely to succeed, with ${share(candidate)}${llm === objective.baseline ? '' : `, clearly before the baseline ${objective.baseline}`}.`
        : `${best.candidate.llm} is not clearly better than the baseline ${llm}: ${share(best.candidate)} and ${share(candidate)}.`
    }
  }
}

/** Why the current LLM was kept. */
export function staying({ candidate }: Ranked, { candidate: other }: Ranked): string {
  return `Staying with ${candidate.llm}, with ${share(candidate)}: a switch to ${other.llm}, with ${share(other)}, does not pay.`
}

/** Why an LLM was chosen for a prompt, out of a budget for all. */
export function withinBudget(candidate: Candidate, budget: number): string {
  return `${candidate.llm} with ${share(candidate)} for ${price(candidate)} is part of the best choice for $${rounded(budget)} in all.`
}

/** Why a budget allows no choice. */
export function overBudget(least: number, budget: number): string {
  return `Even the cheapest candidates cost $${rounded(least)} in all, more than the budget of $${rounded(budget)}.`
}

function share({ probability }: Candidate): string {
  return String(Math.round(probability * 1000) / 1000)
}

function price({ cost }: Candidate): string {
  return cost === null ? 'an unknown cost' : `$${rounded(cost)}`
}

/** Three digits that count. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(3)))
}
