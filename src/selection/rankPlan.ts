import { SharedDifficulty } from '../calibration/sharedDifficulty.js'
import type { Card } from '../card.js'
import type { Objective } from '../decision/objective.js'
import { LLimitError, quote, shorten } from '../errors.js'
import type { ErrorCode } from '../errors.js'
import type { LlmRow } from '../numeric/indices.js'
import type { RankCandidate, RankObjective, RankRequest } from './ranking.js'

/** What a request for a ranking comes down to, with one saved model. */
export interface RankPlan {
  objective: Objective
  /** Those that the saved model knows, each once. */
  candidates: readonly RankCandidate[]
  /** Names that it does not know. */
  unknown: string[]
  /** What is scored: candidates and LLMs that were tried, in the order of the card. */
  rows: ReadonlyMap<string, LlmRow>
  /** Conditions on attempts; undefined if there were none. */
  difficulty: SharedDifficulty | undefined
}

/** It takes 5 ms to make one; the card stays the same object while a saved model is in memory. */
const difficulties = new WeakMap<Card, SharedDifficulty>()

/**
 * @param known LLM -> row of the LLM embedding
 * @throws LLimitError INVALID_REQUEST, UNKNOWN_LLM, naming the field.
 */
export function planRanking(request: RankRequest, card: Card, known: ReadonlyMap<string, LlmRow>): RankPlan {
  const { model, outcomes, current } = request
  const asked = request.candidates ?? card.llms.map((llm) => withoutPrices(llm, request.outputTokens))
  const candidates = [...new Map(asked.map((one) => [one.llm, one])).values()].filter(({ llm }) =>
    known.has(llm),
  )
  const unknown = [...new Set(asked.map(({ llm }) => llm))].filter((llm) => !known.has(llm))
  if (candidates.length === 0) {
    const got = unknown.slice(0, 3).map(quote).join(', ')
    throw fault('UNKNOWN_LLM', 'candidates', `expected an LLM of ${shorten(model)}, got only unknown: ${got}`)
  }
  const objective = resolved(request.objective, card, model)
  const names = new Set(candidates.map(({ llm }) => llm))
  for (const [field, llm] of namesIn(objective)) checkName(`objective.${field}`, llm, names)
  if (current !== undefined) checkName('current.llm', current.llm, names)
  for (const llm of outcomes.keys()) {
    if (known.has(llm)) continue
    throw fault(
      'UNKNOWN_LLM',
      `outcomes.${shorten(llm)}`,
      `expected an LLM of ${shorten(model)}, got ${quote(llm)}`,
    )
  }
  const scored = new Set([...names, ...outcomes.keys()])
  const rows = new Map([...known].filter(([llm]) => scored.has(llm)))
  const difficulty = outcomes.size === 0 ? undefined : difficultyOf(card, model)
  return { objective, candidates, unknown, rows, difficulty }
}

function withoutPrices(llm: string, outputTokens: number | null): RankCandidate {
  return { llm, inputPrice: null, outputPrice: null, contextLimit: null, outputTokens }
}

function resolved(objective: RankObjective, card: Card, model: string): Objective {
  if (objective.type !== 'guarded') return objective
  const { baseline = card.guard?.baseline, z = card.guard?.z } = objective
  const problem = `, since the card of ${shorten(model)} has no guard, got nothing`
  if (baseline === undefined) {
    throw fault('INVALID_REQUEST', 'objective.baseline', `expected the name of an LLM${problem}`)
  }
  if (z === undefined) throw fault('INVALID_REQUEST', 'objective.z', `expected a number${problem}`)
  if (card.evidence === undefined) {
    const message = `expected a model with evidence for a guard, got ${shorten(model)}, which has none`
    throw fault('INVALID_REQUEST', 'objective.type', message)
  }
  return { type: 'guarded', baseline, z }
}

function namesIn(objective: Objective): [field: string, llm: string][] {
  if (objective.type === 'guarded') return [['baseline', objective.baseline]]
  return objective.type === 'threshold'
    ? [
        ['strong', objective.strong],
        ['weak', objective.weak],
      ]
    : []
}

function checkName(path: string, llm: string, candidates: ReadonlySet<string>): void {
  if (!candidates.has(llm)) {
    throw fault('INVALID_REQUEST', path, `expected a candidate that the saved model knows, got ${quote(llm)}`)
  }
}

function difficultyOf(card: Card, model: string): SharedDifficulty {
  const known = difficulties.get(card)
  if (known !== undefined) return known
  if (card.shared_difficulty === undefined) {
    const message = `expected none, since the card of ${shorten(model)} has no shared_difficulty to condition on, got some`
    throw fault('INVALID_REQUEST', 'outcomes', message)
  }
  const difficulty = new SharedDifficulty(card.shared_difficulty.deviation)
  difficulties.set(card, difficulty)
  return difficulty
}

function fault(code: ErrorCode, path: string, problem: string): LLimitError {
  const message = `${path}: ${problem}`
  return new LLimitError(code, message, { errors: [{ path, message }] })
}
