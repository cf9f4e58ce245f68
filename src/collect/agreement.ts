/** How far two graders agree on the same answers. */
export interface Agreement {
  /** Answers, or pairs of them, that both have graded. */
  graded: number
  /** Share of them on which both say the same. */
  agreement: number
  /**
   * Cohen's kappa: what the agreement exceeds chance by, 1 if it is complete, 0 if it is that of chance; null if both say the same of
   * all, so that chance alone would agree.
   */
  kappa: number | null
}

/**
 * Of verdicts on the same things, in the same order. J. Cohen, A coefficient of agreement for nominal scales (1960).
 * @throws RangeError without verdicts.
 */
export function agreementOf(pairs: readonly (readonly [string, string])[]): Agreement {
  const n = pairs.length
  if (n === 0) throw new RangeError('expected verdicts to compare, got none')
  const share = (is: (pair: readonly [string, string]) => boolean) => pairs.filter(is).length / n
  const agreement = share(([a, b]) => a === b)
  const verdicts = [...new Set(pairs.flat())]
  const chance = verdicts
    .map((verdict) => share(([a]) => a === verdict) * share(([, b]) => b === verdict))
    .reduce((sum, both) => sum + both)
  return { graded: n, agreement, kappa: verdicts.length === 1 ? null : (agreement - chance) / (1 - chance) }
}

/** A score as the verdict that agreement is measured by. */
export function passes(score: number): 'pass' | 'fail' {
  return score >= 0.5 ? 'pass' : 'fail'
}
