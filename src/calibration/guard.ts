import { at } from '../numeric/at.js'

interface GuardedCandidate {
  /** Of its probability. */
  logit: number
  /** Of the logit, without what moves the logits of all LLMs together: `ownDeviation`. */
  standardError: number
}

/**
 * Which LLM to choose: the best, but the baseline unless the difference of the logits clears z standard errors. On prompts that
 * are like no training prompt, a choice by small differences is worse than none.
 * @param candidates one at least
 * @param baseline index of one of them
 * @returns an index
 */
export function guardedChoice(candidates: readonly GuardedCandidate[], baseline: number, z: number): number {
  let best = 0
  candidates.forEach(({ logit }, i) => {
    if (logit > at(candidates, best).logit) best = i
  })
  const [chosen, stay] = [at(candidates, best), at(candidates, baseline)]
  const error = Math.hypot(chosen.standardError, stay.standardError)
  return chosen.logit - stay.logit > z * error ? best : baseline
}
