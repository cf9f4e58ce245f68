import type { Priced } from '../../decision/candidate.js'
import type { Candidate } from '../../decision/candidate.js'

/** What is known of an LLM on a prompt before it is asked: `cost` is the expected one. */
type Known = Priced<Candidate>

/** An LLM of known cost that was judged on a prompt: what a decision knows of it, and what came of it. */
export interface JudgedCandidate extends Known {
  /** What its answer cost, in dollars. */
  paid: number
  /** In [0, 1]. */
  score: number
  /** What is known of it whatever the prompt: its mean probability, and its mean cost in dollars. */
  mean: { probability: number; cost: number }
  /** The probability that kNN gives. */
  nearest: number
}

/** The candidates of a prompt, two at least. */
export type JudgedCandidates = readonly JudgedCandidate[]

/** What decides: see `VIEWS`. */
export type ViewName = keyof typeof VIEWS

/** Whose probabilities and costs a decision goes by. */
const VIEWS = {
  model: (candidate: JudgedCandidate) => candidate,
  kNN: (candidate: JudgedCandidate) => ({
    ...candidate,
    probability: candidate.nearest,
    standardError: null,
  }),
  constants: (candidate: JudgedCandidate) => ({ ...candidate, ...candidate.mean, standardError: null }),
} as const

export function seenBy(view: ViewName, prompts: readonly JudgedCandidates[]): JudgedCandidates[] {
  return prompts.map((candidates) => candidates.map(VIEWS[view]))
}
