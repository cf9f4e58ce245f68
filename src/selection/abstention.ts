import type { Card } from '../card.js'
import type { Candidate } from '../decision/candidate.js'
import type { Decision } from '../decision/decide.js'

/** Why there is no choice: the objective has none, or the prompt is too unfamiliar, or the LLM too little judged, to believe in one. */
export type AbstainedReason = 'objective' | 'familiarity' | 'evidence'

interface Judged extends Candidate {
  /** The name that the saved model has. */
  known: string
  /** Outcomes on the category of the prompt; null: unknown. */
  evidence: number | null
}

/** A decision that may have been taken back. */
export interface Believed<C extends Judged> extends Omit<Decision<C>, 'fallback'> {
  abstainedReason: AbstainedReason | null
  /** A name: that of the request need not be a candidate. */
  fallback: string | null
}

interface Doubts<C extends Judged> {
  card: Pick<Card, 'abstain' | 'guard'>
  /** Of the prompt. */
  familiarity: number | null
  /** Those that are left for the prompt. */
  candidates: readonly C[]
  /** Whether the bounds of the card count. */
  abstains: boolean
  /** LLM in use. */
  current: string | undefined
  /** What the request wants in place of a choice. */
  fallback: string | undefined
}

/**
 * Takes back a choice below the bounds of the card: there it has not been better than the baseline of the guard. That baseline
 * itself, or the only candidate, is no guess.
 */
export function believed<C extends Judged>(decision: Decision<C>, doubts: Doubts<C>): Believed<C> {
  const { choice, fallback, ...rest } = decision
  if (choice === null) {
    const named = doubts.fallback ?? fallback?.llm ?? null
    return { ...rest, choice, abstainedReason: 'objective', fallback: named }
  }
  const doubt = doubtOf(choice, doubts)
  if (doubt === undefined) return { ...rest, choice, abstainedReason: null, fallback: null }
  const named = fallbackFor(decision, doubts)
  return {
    ...rest,
    choice: null,
    abstainedReason: doubt.reason,
    reason: `${doubt.sentence} to believe in ${choice.llm}${named === null ? '' : `; ${named} is the fallback`}.`,
    margin: null,
    fallback: named,
  }
}

interface Doubt {
  reason: AbstainedReason
  /** Its beginning. */
  sentence: string
}

function doubtOf<C extends Judged>(
  choice: C,
  { card, familiarity, candidates, abstains }: Doubts<C>,
): Doubt | undefined {
  const { familiarity: leastFamiliar, evidence: leastEvidence } = card.abstain ?? {}
  if (!abstains || candidates.length === 1 || choice.known === card.guard?.baseline) return undefined
  if (leastFamiliar !== undefined && familiarity !== null && familiarity < leastFamiliar) {
    return { reason: 'familiarity', sentence: 'The prompt is too unlike the training data' }
  }
  const { evidence } = choice
  if (leastEvidence !== undefined && evidence !== null && evidence < leastEvidence) {
    return { reason: 'evidence', sentence: 'There are too few outcomes on such prompts' }
  }
  return undefined
}

/** That of the request, the LLM in use, the baseline of the guard, the most probable. */
function fallbackFor<C extends Judged>(
  { choice, ranked }: Decision<C>,
  { card, candidates, current, fallback }: Doubts<C>,
): string | null {
  if (fallback !== undefined) return fallback
  const inUse = candidates.find(({ llm }) => llm === current)
  const baseline = candidates.find(({ known }) => known === card.guard?.baseline)
  const mostProbable = ranked.reduce<C | null>(
    (most, { candidate }) => (most === null || candidate.probability > most.probability ? candidate : most),
    choice,
  )
  return (inUse ?? baseline ?? mostProbable)?.llm ?? null
}
