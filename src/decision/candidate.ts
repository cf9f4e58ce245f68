/** An LLM that could answer a prompt, with all that a decision looks at. */
export interface Candidate {
  llm: string
  /** That it succeeds, in [0, 1]. */
  probability: number
  /** Of the logit, without what moves the logits of all LLMs together: `ownDeviation`. Null: unknown. */
  standardError: number | null
  /** Of this prompt with its answer, in dollars. Null: unknown. */
  cost: number | null
  /** That it is the cheapest that succeeds: `setSufficiency`. Undefined: nobody asked, or it has no place in the order. */
  sufficiency?: number | undefined
}

export type Priced<C extends Candidate> = C & { cost: number }

export function isPriced<C extends Candidate>(candidate: C): candidate is Priced<C> {
  return candidate.cost !== null
}

/** @throws RangeError for an unknown cost. */
export function costOf({ llm, cost }: Candidate): number {
  if (cost === null) throw new RangeError(`expected a known cost of ${llm}`)
  return cost
}

/** The more probable first; of two that are equally so the cheaper; one of unknown cost last. */
export function byProbability(a: Candidate, b: Candidate): number {
  return b.probability - a.probability || costOrder(a) - costOrder(b) || 0
}

/** Finite, since the difference of two infinities is no number. */
function costOrder({ cost }: Candidate): number {
  return cost ?? Number.MAX_VALUE
}

/**
 * The Pareto front: those of known cost that no other beats, with at least their probability at no more cost and better in one of
 * the two. By rising cost; O(n log n).
 */
export function paretoFront<C extends Candidate>(candidates: readonly C[]): Priced<C>[] {
  const byCost = candidates.filter(isPriced).sort((a, b) => a.cost - b.cost || b.probability - a.probability)
  const front: Priced<C>[] = []
  for (const candidate of byCost) {
    const last = front.at(-1)
    const isEqual = last?.cost === candidate.cost && last.probability === candidate.probability
    if (last === undefined || isEqual || candidate.probability > last.probability) front.push(candidate)
  }
  return front
}
