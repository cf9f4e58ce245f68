import type { Objective } from '../decision/objective.js'
import { LLimitError, quote, shorten } from '../errors.js'
import { mean } from '../numeric/mean.js'
import type { AskedNames } from './askedNames.js'
import { candidateNamed } from './ranking.js'
import type { RankCandidate, RankRequest } from './ranking.js'

export interface NamedCandidate extends RankCandidate {
  /** The name that the saved model has. */
  known: string
}

/**
 * The candidates by their names as asked, each name once with what its last entry says, and the names that are not known. Two
 * names of one LLM are two candidates, of the same probability and each with its own price.
 * @param llms of the saved model
 * @throws LLimitError UNKNOWN_LLM if it knows none, or not all and names must be exact.
 */
export function candidatesOf(
  { candidates: given, exactNames = false, outputTokens }: RankRequest,
  llms: readonly string[],
  names: AskedNames,
): { candidates: NamedCandidate[]; isListed: boolean; unknown: string[] } {
  const isAll = given === undefined || names.isAll(given.map(({ llm }) => llm))
  const each = isAll
    ? llms.map((llm) => ({ ...candidateNamed(llm, outputTokens), ...given?.[0], llm }))
    : given
  const asked = new Map(each.map((one) => [one.llm, one]))
  const candidates: NamedCandidate[] = []
  const unknown: string[] = []
  for (const one of asked.values()) {
    const known = names.find(one.llm)
    if (known === undefined) unknown.push(one.llm)
    else candidates.push({ ...one, known })
  }
  if (candidates.length > 0 && !(exactNames && unknown.length > 0)) {
    return { candidates, isListed: !isAll, unknown }
  }
  const places = given?.map(({ llm }) => llm) ?? []
  throw names.unknownLlms(unknown.map((llm) => ({ llm, path: `candidates[${places.indexOf(llm)}]` })))
}

/**
 * Finds candidates by any of their names.
 * @returns what gives, for a name in a field of the request, the name as asked of the candidate that it means: that of the same
 * name, else the first that is the same LLM. It throws LLimitError INVALID_REQUEST if there is none.
 */
export function candidateFinder(candidates: readonly NamedCandidate[], names: AskedNames) {
  return (path: string, llm: string): string => {
    if (candidates.some((candidate) => candidate.llm === llm)) return llm
    const known = names.find(llm)
    const same = candidates.find((candidate) => candidate.known === known)
    if (same !== undefined) return same.llm
    const nearest = known === undefined ? names.nearestTo(llm) : ''
    const message = `${path}: expected a candidate that the saved model knows, got ${quote(llm)}${nearest}`
    throw new LLimitError('INVALID_REQUEST', message, { errors: [{ path, message }] })
  }
}

/** The same objective with the names that its LLMs have among the candidates. */
export function renamed(objective: Objective, find: ReturnType<typeof candidateFinder>): Objective {
  if (objective.type === 'guarded') {
    return { ...objective, baseline: find('objective.baseline', objective.baseline) }
  }
  if (objective.type !== 'threshold') return objective
  const strong = find('objective.strong', objective.strong)
  const weak = find('objective.weak', objective.weak)
  if (strong !== weak) return { ...objective, strong, weak }
  const message = `objective.weak: expected another LLM than objective.strong, got ${quote(objective.weak)}`
  throw new LLimitError('INVALID_REQUEST', message, { errors: [{ path: 'objective.weak', message }] })
}

/**
 * What was tried, by the names that the saved model has. Attempts of one LLM by two names count as one, with the mean of the
 * scores: what is shared with the others is known no better.
 * @throws LLimitError UNKNOWN_LLM
 */
export function attemptsOf(outcomes: ReadonlyMap<string, number>, names: AskedNames): Map<string, number> {
  const scores = new Map<string, number[]>()
  for (const [llm, score] of outcomes) {
    const known = names.find(llm)
    if (known === undefined) throw names.unknownLlms([{ llm, path: `outcomes.${shorten(llm)}` }])
    scores.set(known, [...(scores.get(known) ?? []), score])
  }
  return new Map([...scores].map(([llm, own]) => [llm, mean(own)]))
}
