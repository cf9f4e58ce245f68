import { splitVersion } from '../../savedModel/names.js'
import type { ComparedOutcomes } from './compareOutcomes.js'
import type { ShadowSummary } from './summarizeShadow.js'

/** Fewer outcomes say nothing: the interval of a bootstrap is too narrow. */
const MIN_OUTCOMES = 100
/** Of an LLM by itself. */
const MIN_LLM_OUTCOMES = 30
/** A share of prompts that failed beyond which nothing is believed. */
const MAX_FAILED = 0.01
/** Standard errors, of several LLMs of which one may be worse by chance. */
const CLEARLY_WORSE = 3

/** Difference of log losses, in nats, that does not matter. */
const NO_MATTER = 0.005

export type Verdict = 'activate' | 'keep' | 'either' | 'wait' | 'mend'

export interface Recommendation {
  verdict: Verdict
  /** A sentence. */
  reason: string
}

/** What the outcomes say of the shadow; without them nothing is known but how much it differs. */
export function recommend({ prompts, failed, shadow, outcomes }: ShadowSummary): Recommendation {
  const reported = outcomes === null ? 0 : outcomes.outcomes
  const scored = prompts + reported
  if (failed > MAX_FAILED * (scored + failed)) {
    const reason = `the shadow failed on ${failed} of ${scored + failed} prompts: the log of the server says why`
    return { verdict: 'mend', reason }
  }
  if (outcomes === null || outcomes.outcomes < MIN_OUTCOMES) {
    const reason = `${reported} outcomes were reported, ${MIN_OUTCOMES} are needed to tell which is better`
    return { verdict: 'wait', reason }
  }
  return fromOutcomes(outcomes, splitVersion(shadow.replace(/^[^/]*\//, '')))
}

function fromOutcomes(
  { outcomes, measures, llms }: ComparedOutcomes,
  { name, version }: ReturnType<typeof splitVersion>,
): Recommendation {
  const { value, low, high } = measures.log_loss.difference
  if (Math.max(-low, high) < NO_MATTER) {
    const reason = `on ${outcomes} outcomes the log losses differ by less than ${NO_MATTER}`
    return { verdict: 'either', reason: `${reason}: look at the LLMs that are best, and at the time` }
  }
  if (low > 0) return { verdict: 'keep', reason: 'the live version predicts the outcomes better' }
  if (high >= 0) {
    // An interval shrinks with the square root of the outcomes.
    const needed = Math.ceil(outcomes * ((high - low) / 2 / Math.max(Math.abs(value), 1e-3)) ** 2)
    const more = needed > outcomes ? `; if it stays so, about ${roundedUp(needed)} would tell` : ''
    return { verdict: 'wait', reason: `${outcomes} outcomes do not tell which is better${more}` }
  }
  if (measures.calibration_error.difference.low > 0) {
    const reason = 'the shadow predicts the outcomes better, but its probabilities are clearly further off'
    return { verdict: 'wait', reason: `${reason}: see the calibration error` }
  }
  const worse = llms.filter((llm) => llm.outcomes >= MIN_LLM_OUTCOMES && isClearlyWorse(llm))
  if (worse.length > 0) {
    const names = worse.map(({ llm }) => llm).join(', ')
    return { verdict: 'wait', reason: `the shadow is better on the whole, but clearly worse on ${names}` }
  }
  const command = `llimit models activate ${name}@${String(version)}`
  return { verdict: 'activate', reason: `the shadow predicts the outcomes better: ${command}` }
}

function isClearlyWorse({ live, shadow, standardError }: ComparedOutcomes['llms'][number]): boolean {
  return shadow - live > CLEARLY_WORSE * standardError
}

/** To two digits. */
function roundedUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1)
  return Math.ceil(value / unit) * unit
}
