import { LRUCache } from 'lru-cache'

import type { SharedDifficulty } from '../calibration/sharedDifficulty.js'
import type { Card } from '../card.js'
import type { Current } from '../decision/decide.js'
import type { Objective } from '../decision/objective.js'
import { LLimitError, shorten } from '../errors.js'
import type { LlmRow } from '../numeric/indices.js'
import { AskedNames } from './askedNames.js'
import type { KnownNames } from './askedNames.js'
import { pricedCandidate } from './candidateCosts.js'
import type { PricedCandidate } from './candidateCosts.js'
import type { LlmPrices, PricesAsOf } from './llmPrices.js'
import { attemptsOf, candidateFinder, candidatesOf, renamed } from './rankNames.js'
import type { RankObjective, RankRequest } from './ranking.js'
import { sharedDifficultyOf } from './trials.js'

/** What a request for a ranking comes down to, with one saved model. LLMs have their names as asked, but where it says so. */
export interface RankPlan {
  objective: Objective
  current: Current | undefined
  /** Those that the saved model knows, each name once. */
  candidates: readonly PricedCandidate[]
  pricesAsOf: PricesAsOf
  /** Whether the request lists them, so that their order may count. */
  isListed: boolean
  /** Names that it does not know. */
  unknown: string[]
  /** Unknown name -> names that may have been meant. */
  suggestions: ReadonlyMap<string, readonly string[]>
  /** Name as asked -> name that the saved model has, where they differ. */
  resolved: ReadonlyMap<string, string>
  /** What was tried, by the names that the saved model has -> score. */
  attempts: ReadonlyMap<string, number>
  /** What is scored: candidates and LLMs that were tried, by the names and in the order of the saved model. */
  rows: ReadonlyMap<string, LlmRow>
  /** Conditions on attempts; undefined if there were none. */
  difficulty: SharedDifficulty | undefined
}

/** @throws LLimitError INVALID_REQUEST, UNKNOWN_LLM, naming the field. */
export function planRanking(
  request: RankRequest,
  card: Card,
  known: KnownNames,
  prices: LlmPrices,
): RankPlan {
  const names = new AskedNames(known)
  const planned = plannedCandidates(request, card, names, { rows: known.rows, prices })
  const { candidates, priced, isListed, unknown } = planned
  const find = candidateFinder(candidates, names)
  const objective = renamed(completed(request.objective, isListed, card, known.model), find)
  const { current } = request
  const attempts = attemptsOf(request.outcomes, names)
  const isTriedAlone = [...attempts.keys()].some((llm) => !planned.rows.has(llm))
  return {
    objective,
    current: current && { ...current, llm: find('current.llm', current.llm) },
    candidates: priced,
    pricesAsOf: prices.asOf,
    isListed,
    unknown,
    suggestions: names.suggestionsFor(unknown),
    resolved: names.resolved,
    attempts,
    rows: isTriedAlone ? rowsAmong(known.rows, [...planned.rows.keys(), ...attempts.keys()]) : planned.rows,
    difficulty: attempts.size === 0 ? undefined : difficultyOf(card, known.model),
  }
}

/** Candidates as they are found and priced. */
interface PlannedCandidates extends ReturnType<typeof candidatesOf> {
  priced: PricedCandidate[]
  /** As a plan has them. */
  rows: ReadonlyMap<string, LlmRow>
  /** What `AskedNames` was told on the way. */
  resolved: ReadonlyMap<string, string>
}

/** A gateway asks for the same candidates again and again: to find and to price a hundred takes as long as to score them. */
const MAX_KEPT = 32
const MAX_KEPT_LENGTH = 65_536
const kept = new WeakMap<Card, WeakMap<LlmPrices, LRUCache<string, PlannedCandidates>>>()

function plannedCandidates(
  request: RankRequest,
  card: Card,
  names: AskedNames,
  { rows, prices }: { rows: ReadonlyMap<string, LlmRow>; prices: LlmPrices },
): PlannedCandidates {
  const key = keyOf(request)
  const known = keptFor(card, prices)
  const before = known.get(key)
  if (before !== undefined) {
    for (const [asked, name] of before.resolved) names.resolved.set(asked, name)
    return before
  }
  const found = candidatesOf(request, card.llms, names)
  const priced = found.candidates.map((candidate) => pricedCandidate(candidate, prices))
  const scored = rowsAmong(
    rows,
    found.candidates.map((candidate) => candidate.known),
  )
  const planned = { ...found, priced, rows: scored, resolved: new Map(names.resolved) }
  if (key.length <= MAX_KEPT_LENGTH) known.set(key, planned)
  return planned
}

/** What the candidates depend on. */
function keyOf({ candidates, exactNames, outputTokens }: RankRequest): string {
  // Most say no more than their names.
  const fields = candidates?.map((candidate) => {
    const { llm, inputPrice, outputPrice, contextLimit, outputTokens: own } = candidate
    const isName = inputPrice === null && outputPrice === null && contextLimit === null && own === null
    return isName ? llm : candidate
  })
  return JSON.stringify([fields, exactNames, outputTokens])
}

/** Those of the names, in the order of the saved model. */
function rowsAmong(rows: ReadonlyMap<string, LlmRow>, llms: readonly string[]): Map<string, LlmRow> {
  const chosen = new Set(llms)
  return new Map([...rows].filter(([llm]) => chosen.has(llm)))
}

function keptFor(card: Card, prices: LlmPrices): LRUCache<string, PlannedCandidates> {
  let ofCard = kept.get(card)
  if (ofCard === undefined) kept.set(card, (ofCard = new WeakMap()))
  let ofPrices = ofCard.get(prices)
  if (ofPrices === undefined) ofCard.set(prices, (ofPrices = new LRUCache({ max: MAX_KEPT })))
  return ofPrices
}

/** With what the request leaves to the card and to its other fields. */
function completed(objective: RankObjective, isListed: boolean, card: Card, model: string): Objective {
  if (objective.type === 'sufficient') return { ...objective, isListed }
  if (objective.type !== 'guarded') return objective
  const { baseline = card.guard?.baseline, z = card.guard?.z } = objective
  const problem = `, since the card of ${shorten(model)} has no guard, got nothing`
  if (baseline === undefined) {
    throw fault('objective.baseline', `expected the name of an LLM${problem}`)
  }
  if (z === undefined) throw fault('objective.z', `expected a number${problem}`)
  if (card.evidence === undefined) {
    const message = `expected a model with evidence for a guard, got ${shorten(model)}, which has none`
    throw fault('objective.type', message)
  }
  return { type: 'guarded', baseline, z }
}

function difficultyOf(card: Card, model: string): SharedDifficulty {
  const difficulty = sharedDifficultyOf(card)
  if (difficulty !== undefined) return difficulty
  const message = `expected none, since the card of ${shorten(model)} has no shared_difficulty to condition on, got some`
  throw fault('outcomes', message)
}

function fault(path: string, problem: string): LLimitError {
  const message = `${path}: ${problem}`
  return new LLimitError('INVALID_REQUEST', message, { errors: [{ path, message }] })
}
