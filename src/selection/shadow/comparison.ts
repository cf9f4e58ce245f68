import type { PromptLine } from '../../feedback/shadowLine.js'
import { at } from '../../numeric/at.js'
import { mean } from '../../numeric/mean.js'

/** What two saved models made of one prompt. */
interface Compared {
  line: Pick<PromptLine, 'llms' | 'p_live' | 'p_shadow' | 'best'>
  /** Mean absolute difference of the probabilities. */
  difference: number
  /** Whether the best LLM differs; undefined for one LLM. */
  isFlip: boolean | undefined
}

/**
 * @param live [M] probabilities, M at least 1
 * @param shadow [M]
 * @param llms [M] places of the LLMs
 */
export function comparedPrompt(live: number[], shadow: number[], llms: number[]): Compared {
  const difference = mean(live.map((probability, m) => Math.abs(probability - at(shadow, m))))
  const line = { llms, p_live: live, p_shadow: shadow }
  if (llms.length < 2) return { line: { ...line, best: null }, difference, isFlip: undefined }
  const [ofLive, ofShadow] = [bestOf(live), bestOf(shadow)]
  return {
    line: { ...line, best: [at(llms, ofLive), at(llms, ofShadow)] },
    difference,
    isFlip: ofLive !== ofShadow,
  }
}

/** The first of the highest. */
function bestOf(values: readonly number[]): number {
  return values.reduce((best, value, m) => (value > at(values, best) ? m : best), 0)
}
