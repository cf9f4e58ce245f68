import { logitOf, probabilityOf } from '../calibration/probability.js'
import type { Card } from '../card.js'
import type { Candidate } from '../decision/candidate.js'
import { decide } from '../decision/decide.js'
import type { Decision } from '../decision/decide.js'
import { decideWithin } from '../decision/decideWithin.js'
import { setSufficiency } from '../decision/sufficiency.js'
import { at, valueAt } from '../numeric/at.js'
import { mapYielding } from '../thread/mapYielding.js'
import { believed } from './abstention.js'
import type { Believed } from './abstention.js'
import { costOf } from './candidateCosts.js'
import type { PromptCost } from './candidateCosts.js'
import type { KnownScores } from './details.js'
import type { LlmScores } from './llmScores.js'
import type { RankPlan } from './rankPlan.js'
import type { Excluded, PromptRanking, RankAnswer, RankedLlm, RankRequest } from './ranking.js'
import type { Scores } from './requests.js'
import { firstToSucceed } from './trials.js'

/** What was scored: all rows of the plan. */
interface ScoredPrompts {
  known: KnownScores
  /** [P] tokens of what is sent with each prompt. */
  tokens: readonly number[]
}

interface OpenCandidate extends Candidate, PromptCost {
  /** The name that the saved model has. */
  known: string
  cost: number | null
  /** Before anything was tried, at this prompt. */
  before: LlmScores
  evidence: number | null
  inputTokens: number
  outputTokens: number | null
}

/** A prompt before anything is decided. */
interface OpenPrompt {
  candidates: OpenCandidate[]
  excluded: Pick<Excluded, 'over_context_limit' | 'tried'>
}

/**
 * Decides for the first prompt at once, so that what fails does before an answer begins, and for each other one when it is asked
 * for: hundreds of prompts times hundreds of LLMs are a large answer, of which a slow client takes one piece after the other.
 * A budget is divided over all prompts, yielding.
 */
export async function rankPrompts(
  request: RankRequest,
  plan: RankPlan,
  scored: ScoredPrompts,
  card: Card,
  signal?: AbortSignal,
): Promise<RankAnswer> {
  const { objective, current, unknown, suggestions, resolved, pricesAsOf } = plan
  const readers = plan.candidates.map(({ known }) => scored.known.of(known))
  const open = (p: number) => {
    const prompt = openPrompt(plan, scored, readers, { tokens: at(scored.tokens, p), p })
    if (asksSufficiency(request)) setSufficiencies(prompt, plan, scored, card, p)
    return prompt
  }
  const answer = (decision: Decision<OpenCandidate>, prompt: OpenPrompt, p: number) => {
    const doubts = {
      card,
      familiarity: at(scored.known.prompts, p).familiarity,
      candidates: prompt.candidates,
      // A budget is divided over all prompts.
      abstains: request.abstains !== false && objective.type !== 'budget',
      current: current?.llm,
      fallback: request.fallback,
    }
    return promptRanking(believed(decision, doubts), prompt, scored, { p, request })
  }
  const model = `${request.model.replace(/@\d+$/, '')}@${card.version}`
  const once = { resolved, unknown, suggestions, model, prices_as_of: pricesAsOf }
  if (objective.type === 'budget') {
    const prompts = await mapYielding(scored.tokens, (_, p) => open(p), signal)
    const { decisions, spending } = await decideWithin(
      prompts.map(({ candidates }) => candidates),
      objective.dollars,
      signal,
    )
    const answered = await mapYielding(
      decisions,
      (decision, p) => answer(decision, at(prompts, p), p),
      signal,
    )
    return { prompts: answered, ...once, ...(spending && { spending }) }
  }
  const rank = (p: number) => {
    const prompt = open(p)
    return answer(decide(objective, prompt.candidates, current), prompt, p)
  }
  return { prompts: new OneByOne(scored.tokens.length, rank), ...once }
}

/** What is computed when it is asked for, but for the first. */
class OneByOne<T> implements Iterable<T> {
  readonly #count: number
  readonly #compute: (index: number) => T
  readonly #first: T

  /** @param count at least 1 */
  constructor(count: number, compute: (index: number) => T) {
    this.#count = count
    this.#compute = compute
    this.#first = compute(0)
  }

  // Of a class: a generator function that is made for each request costs more than to decide for a prompt does.
  *[Symbol.iterator](): Iterator<T> {
    yield this.#first
    for (let i = 1; i < this.#count; i++) yield this.#compute(i)
  }
}

function openPrompt(
  plan: RankPlan,
  { known: { scores } }: ScoredPrompts,
  readers: readonly LlmScores[],
  { tokens, p }: { tokens: number; p: number },
): OpenPrompt {
  const probabilityOf = conditioned(plan, scores, p)
  const open: OpenPrompt = { candidates: [], excluded: { over_context_limit: [], tried: [] } }
  for (const [i, candidate] of plan.candidates.entries()) {
    const { llm, known, contextLimit } = candidate
    const before = at(readers, i)
    const outputTokens = candidate.outputTokens ?? before.expectedTokens(p) ?? null
    const needed = outputTokens === null ? tokens : tokens + outputTokens
    if (plan.attempts.has(known)) open.excluded.tried.push(llm)
    else if (contextLimit !== undefined && needed > contextLimit) open.excluded.over_context_limit.push(llm)
    else {
      const evidence = before.evidence(p)
      const { price, cost } = costOf(candidate.price, { inputTokens: tokens, outputTokens })
      open.candidates.push({
        llm,
        known,
        probability: probabilityOf(known),
        standardError: before.standardError(evidence),
        price,
        cost,
        // Here already, so that all candidates have one form in memory.
        sufficiency: undefined,
        before,
        evidence,
        inputTokens: tokens,
        outputTokens,
      })
    }
  }
  return open
}

function asksSufficiency({ objective, withSufficiency = false }: RankRequest): boolean {
  return withSufficiency || objective.type === 'sufficient'
}

/** Of the candidates of a prompt, given what was tried on it. */
function setSufficiencies(
  { candidates }: OpenPrompt,
  { attempts, isListed }: RankPlan,
  { known: { scores } }: ScoredPrompts,
  card: Card,
  p: number,
): void {
  const predicted = (known: string) => at(valueAt(scores, known), p)
  setSufficiency(candidates, isListed, firstToSucceed(predicted, attempts, card))
}

/** The probabilities of a prompt, given the outcomes of attempts on it. */
function conditioned(
  { rows, attempts: tried, difficulty }: RankPlan,
  scores: Scores,
  p: number,
): (known: string) => number {
  const predicted = (known: string) => at(valueAt(scores, known), p)
  if (difficulty === undefined) return predicted
  const llms = [...rows.keys()]
  const places = new Map(llms.map((llm, m) => [llm, m]))
  const attempts = new Map([...tried].map(([llm, score]) => [valueAt(places, llm), score]))
  const given = difficulty.given(llms.map(predicted), attempts)
  return (known) => at(given, valueAt(places, known))
}

/** An interval keeps its width in logits when attempts move its probability. */
function movedInterval(candidate: OpenCandidate, p: number): ReturnType<LlmScores['interval']> {
  const { before, probability, evidence } = candidate
  const interval = before.interval(p, evidence)
  if (probability === before.probability(p)) return interval
  const shift = logitOf(probability) - logitOf(before.probability(p))
  const moved = (end: number | null) => (end === null ? null : probabilityOf(logitOf(end) + shift))
  return { low: moved(interval.low), high: moved(interval.high) }
}

function promptRanking(
  { choice, reason, abstainedReason, fallback, ranked, unpriced, pareto, margin }: Believed<OpenCandidate>,
  { candidates, excluded }: OpenPrompt,
  { known, tokens }: ScoredPrompts,
  { p, request }: { p: number; request: RankRequest },
): PromptRanking {
  const { tokens: read, truncated, familiarity } = at(known.prompts, p)
  return {
    choice: choice === null ? null : choice.llm,
    reason,
    abstained: choice === null,
    abstained_reason: abstainedReason,
    fallback,
    ranked: ranked.slice(0, request.top).map(({ candidate, utility }) => rankedLlm(candidate, utility, p)),
    excluded: { unknown_cost: unpriced.map(({ llm }) => llm), ...excluded },
    pareto: pareto.map(({ llm }) => llm),
    margin,
    input_tokens: at(tokens, p),
    tokens: read,
    truncated,
    familiarity,
    ...(request.withSufficiency === true && { sufficiency: sufficiencies(candidates) }),
  }
}

function sufficiencies(candidates: readonly OpenCandidate[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { llm, sufficiency } of candidates) if (sufficiency !== undefined) found.set(llm, sufficiency)
  return found
}

function rankedLlm(candidate: OpenCandidate, utility: number | null, p: number): RankedLlm {
  const { llm, probability, evidence, price, inputTokens, outputTokens, cost } = candidate
  const { low, high } = movedInterval(candidate, p)
  return {
    llm,
    probability,
    low,
    high,
    evidence,
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    input_price: price?.inputPrice ?? null,
    output_price: price?.outputPrice ?? null,
    price_source: price?.source ?? null,
    listed_as: price?.listedAs ?? null,
    cost,
    utility,
  }
}
