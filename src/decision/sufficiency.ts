import { at } from '../numeric/at.js'
import { isPriced } from './candidate.js'
import type { Candidate } from './candidate.js'
import { mostProbable } from './decide.js'

/**
 * For LLMs that are tried one after another: the probability of each that it is the first to succeed, and then that of none.
 * @returns [n + 1]
 */
type FirstToSucceed<C> = (ordered: readonly C[]) => ArrayLike<number>

/**
 * Writes into candidates the probability that they are the cheapest that succeeds: that they succeed and all cheaper ones fail. What
 * is left, that none does, is added to the most probable. The sum is 1. To copy a hundred candidates would take as long as to score
 * them.
 * @param isListed whether candidates come in the order in which they would be tried, which counts where not all costs are known;
 * else those of unknown cost have no place in it and are left as they are
 */
export function setSufficiency<C extends Candidate>(
  candidates: readonly C[],
  isListed: boolean,
  firstToSucceed: FirstToSucceed<C>,
): void {
  const ordered = inOrderOfTrial(candidates, isListed)
  const best = mostProbable(ordered)
  if (best === null) return
  const shares = firstToSucceed(ordered)
  const left = at(shares, ordered.length)
  for (const [k, candidate] of ordered.entries()) {
    const share = at(shares, k) + (candidate === best ? left : 0)
    // Rounding may lead beyond 1.
    candidate.sufficiency = Math.min(1, share)
  }
}

/** By rising cost; of equal cost, and where not all costs are known, as they come. */
function inOrderOfTrial<C extends Candidate>(candidates: readonly C[], isListed: boolean): C[] {
  const priced = candidates.filter(isPriced)
  const isByCost = priced.length === candidates.length || !isListed
  return isByCost ? priced.sort((a, b) => a.cost - b.cost) : [...candidates]
}
