import { bootstrap, difference } from '../../metrics/bootstrap.js'
import type { BootstrapOptions, Estimate } from '../../metrics/bootstrap.js'
import { ratio } from '../../metrics/scoredOutcomes.js'
import type { Statistic } from '../../metrics/scoredOutcomes.js'
import { at } from '../../numeric/at.js'
import { withoutSamples } from '../measure.js'

/** What is predicted of a prompt, and what came of it. */
export interface PairPrompt {
  /** P(strong) - P(weak). */
  advantage: number
  /** Scores of the two LLMs; absent unless both were judged. */
  scores?: { strong: number; weak: number }
}

/** What is reached on the prompts on which both LLMs were judged. */
interface PairQuality {
  prompts: number
  /** Share of these that the strong LLM gets. */
  sent: number
  score?: Estimate
  strong?: Estimate
  weak?: Estimate
  /** The score less that of sending the same share at random. */
  overRandom?: Estimate
}

export interface CalibratedThreshold {
  prompts: number
  /** For the `threshold` objective, with its interval over prompts. */
  threshold: Estimate
  /** Share of the prompts that the strong LLM gets by it. */
  sent: number
  /** Absent without prompts on which both were judged. */
  quality?: PairQuality
}

/** Digits of a threshold that a person copies. */
const DECIMALS = 6

/**
 * The threshold by which the strong LLM gets a share of prompts like these: those of the greatest advantage.
 * @param prompts one at least
 * @param share in (0, 1)
 */
export function calibrateThreshold(
  prompts: readonly PairPrompt[],
  share: number,
  options: BootstrapOptions,
): CalibratedThreshold {
  const order = [...prompts.keys()].sort((a, b) => at(prompts, b).advantage - at(prompts, a).advantage)
  const thresholdOf: Statistic = (weights) => thresholdFor(prompts, order, share, weights)
  const [found] = bootstrap([thresholdOf], prompts.length, options)
  if (found === undefined) throw new RangeError('expected prompts for a threshold, got none')
  const rounded = (value: number) => Number(value.toFixed(DECIMALS))
  const threshold = { value: rounded(found.value), low: rounded(found.low), high: rounded(found.high) }
  const isSent = ({ advantage }: PairPrompt) => advantage > threshold.value
  const sent = prompts.filter(isSent).length / prompts.length
  const quality = qualityOf(prompts, isSent, options)
  return { prompts: prompts.length, threshold, sent, ...(quality && { quality }) }
}

/** Halfway between the last prompt that is sent to the strong LLM and the next one. */
function thresholdFor(
  prompts: readonly PairPrompt[],
  order: readonly number[],
  share: number,
  weights?: Float64Array,
): number {
  const weightOf = (p: number) => (weights === undefined ? 1 : at(weights, p))
  const drawn = order.filter((p) => weightOf(p) > 0)
  let left = share * drawn.reduce((sum, p) => sum + weightOf(p), 0) + ROUNDING
  const next = drawn.findIndex((p) => (left -= weightOf(p)) < 0)
  const advantageOf = (place: number) => at(prompts, at(drawn, place)).advantage
  if (next < 0) throw new RangeError(`expected a share below 1, got ${share}`)
  return next === 0 ? advantageOf(0) : (advantageOf(next - 1) + advantageOf(next)) / 2
}

/** Of a share times a number of prompts that is meant to be whole. */
const ROUNDING = 1e-9

function qualityOf(
  prompts: readonly PairPrompt[],
  isSent: (prompt: PairPrompt) => boolean,
  options: BootstrapOptions,
): PairQuality | undefined {
  const judged = prompts.flatMap((prompt) =>
    prompt.scores === undefined ? [] : [{ ...prompt.scores, sent: isSent(prompt) ? 1 : 0 }],
  )
  if (judged.length === 0) return undefined
  const meanOf = (valueOf: (prompt: (typeof judged)[number]) => number) =>
    ratio(Float64Array.from(judged, valueOf), new Float64Array(judged.length).fill(1))
  const [sent, strong, weak] = [meanOf((p) => p.sent), meanOf((p) => p.strong), meanOf((p) => p.weak)]
  const score = meanOf((p) => (p.sent === 1 ? p.strong : p.weak))
  const random: Statistic = (weights) => {
    const share = sent(weights)
    return share * strong(weights) + (1 - share) * weak(weights)
  }
  const [own, ofStrong, ofWeak, ofRandom] = bootstrap([score, strong, weak, random], judged.length, options)
  const estimates = {
    score: withoutSamples(own),
    strong: withoutSamples(ofStrong),
    weak: withoutSamples(ofWeak),
    overRandom: own && ofRandom && difference(own, ofRandom),
  }
  const known = Object.entries(estimates).filter(([, estimate]) => estimate !== undefined)
  return { prompts: judged.length, sent: sent(), ...Object.fromEntries(known) }
}
