import { intervalAround, logitDeviation, ownDeviation } from '../calibration/interval.js'
import type { Placement } from '../calibration/regions.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import { cellOf } from '../numeric/matrix.js'
import type { Evidence } from '../registry/evidence.js'
import type { Lengths } from '../registry/lengths.js'
import { expectedTokensOf, outputTokensOf } from './outputTokens.js'
import type { LengthPrompt } from './outputTokens.js'
import type { OutputTokens, PairDetail } from './requests.js'

/** Outcomes on a category from which on they say more of an LLM there than those on all others. */
const MIN_JUDGED = 10

/** What else is known of prompts that were scored, by the index of a prompt; undefined: the saved model does not say. */
export interface KnownOfPrompts {
  evidence: { evidence: Evidence; places: readonly Placement[] } | undefined
  lengths: { lengths: Lengths; prompts: readonly LengthPrompt[] } | undefined
}

/** Ends of the interval of a probability; null if the saved model does not say what it was trained on. */
interface Interval {
  low: number | null
  high: number | null
}

const NO_INTERVAL: Interval = { low: null, high: null }

/**
 * The scores of one LLM with what is known of them. Computed whenever it is asked for, and not kept: a million details would take
 * 300 MB, and the collector of garbage a tenth of a second of the event loop.
 */
export class LlmScores {
  readonly #row: LlmRow
  readonly #scores: Float32Array
  readonly #known: KnownOfPrompts

  /**
   * @param row of the LLM embedding
   * @param scores [P]
   */
  constructor(row: LlmRow, scores: Float32Array, known: KnownOfPrompts) {
    this.#row = row
    this.#scores = scores
    this.#known = known
  }

  probability(prompt: number): number {
    return at(this.#scores, prompt)
  }

  /** Outcomes of the LLM on training prompts of the same category. */
  evidence(prompt: number): number | null {
    if (this.#known.evidence === undefined) return null
    const { evidence, places } = this.#known.evidence
    return cellOf(evidence.outcomes, this.#row, at(places, prompt).region)
  }

  /** @param found its evidence */
  standardError(found: number | null): number | null {
    return this.#known.evidence === undefined || found === null
      ? null
      : ownDeviation(this.#known.evidence.evidence.interval, found)
  }

  /** @param found its evidence */
  interval(prompt: number, found: number | null): Interval {
    if (this.#known.evidence === undefined || found === null) return NO_INTERVAL
    const { evidence, places } = this.#known.evidence
    const deviation = logitDeviation(evidence.interval, found, at(places, prompt).familiarity)
    return intervalAround(this.probability(prompt), evidence.deviations * deviation)
  }

  outputTokens(prompt: number): OutputTokens | undefined {
    if (this.#known.lengths === undefined) return undefined
    const { lengths, prompts } = this.#known.lengths
    return outputTokensOf(lengths, at(prompts, prompt), this.#row)
  }

  /** `expected` of its output tokens. */
  expectedTokens(prompt: number): number | undefined {
    if (this.#known.lengths === undefined) return undefined
    const { lengths, prompts } = this.#known.lengths
    return expectedTokensOf(lengths, at(prompts, prompt), this.#row)
  }

  detail(prompt: number): PairDetail {
    const evidence = this.evidence(prompt)
    const { low, high } = this.interval(prompt, evidence)
    const outputTokens = this.outputTokens(prompt)
    return {
      probability: this.probability(prompt),
      low,
      high,
      evidence,
      judged_on_this_kind: evidence === null ? null : evidence >= MIN_JUDGED,
      standard_error: this.standardError(evidence),
      ...(outputTokens && { output_tokens: outputTokens }),
    }
  }
}
