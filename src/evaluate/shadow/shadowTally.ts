import type { HeadLine, LostLine, OutcomeLine, PromptLine } from '../../feedback/shadowLine.js'
import { at } from '../../numeric/at.js'
import { spearman } from '../../metrics/spearman.js'

/** What is added up of one LLM: prompts, and the differences shadow - live of its probability. */
interface LlmSums {
  prompts: number
  sum: number
  absolute: number
}

/** A prompt on which the best LLM differs. */
interface Flip {
  /** Names. */
  from: string
  to: string
  /** How much higher each one finds its own than that of the other. */
  byLive: number
  byShadow: number
}

/** What the log has of two saved models. */
export class ShadowTally {
  readonly head: HeadLine
  /** Milliseconds since 1970 of the first and the last line. */
  from = Infinity
  to = -Infinity
  prompts = 0
  /** Of several LLMs. */
  ranked = 0
  dropped = 0
  failed = 0
  ms = 0
  readonly flips: Flip[] = []
  /** Of the prompts of several LLMs that have one. */
  readonly rankCorrelations: number[] = []
  /** Of the probabilities, prompt by prompt: mean absolute difference, and mean of shadow - live. */
  readonly differences: number[] = []
  readonly shifts: number[] = []
  /** Of the prompts that both place. */
  readonly familiarity: { live: number[]; shadow: number[] } = { live: [], shadow: [] }
  readonly llms = new Map<string, LlmSums>()
  readonly outcomes: (Pick<OutcomeLine, 'score' | 'p_live' | 'p_shadow'> & { llm: string })[] = []
  readonly #ids = new Set<string>()

  constructor(head: HeadLine) {
    this.head = head
  }

  addPrompt({ at: time, llms, p_live, p_shadow, best, familiarity, ms }: PromptLine): void {
    this.#seeTime(time)
    this.prompts++
    this.ms += ms
    let [absolute, shift] = [0, 0]
    for (const [m, place] of llms.entries()) {
      const difference = at(p_shadow, m) - at(p_live, m)
      absolute += Math.abs(difference)
      shift += difference
      const sums = this.#sumsOf(this.#nameOf(place))
      sums.prompts++
      sums.sum += difference
      sums.absolute += Math.abs(difference)
    }
    this.differences.push(absolute / llms.length)
    this.shifts.push(shift / llms.length)
    const [live, shadow] = familiarity
    if (live !== null && shadow !== null) {
      this.familiarity.live.push(live)
      this.familiarity.shadow.push(shadow)
    }
    if (best === null) return
    this.ranked++
    const correlation = spearman(Float64Array.from(p_live), Float64Array.from(p_shadow))
    if (!Number.isNaN(correlation)) this.rankCorrelations.push(correlation)
    const [from, to] = best.map((place) => llms.indexOf(place))
    if (from === undefined || to === undefined || from === to) return
    this.flips.push({
      from: this.#nameOf(at(llms, from)),
      to: this.#nameOf(at(llms, to)),
      byLive: at(p_live, from) - at(p_live, to),
      byShadow: at(p_shadow, to) - at(p_shadow, from),
    })
  }

  /** Of an id that was reported again the first counts. */
  addOutcome({ at: time, id, llm, score, p_live, p_shadow }: OutcomeLine): void {
    if (this.#ids.has(id)) return
    this.#ids.add(id)
    this.#seeTime(time)
    this.outcomes.push({ llm: this.#nameOf(llm), score, p_live, p_shadow })
  }

  addLost({ at: time, dropped, failed }: LostLine): void {
    this.#seeTime(time)
    this.dropped += dropped
    this.failed += failed
  }

  #seeTime(time: number): void {
    this.from = Math.min(this.from, time)
    this.to = Math.max(this.to, time)
  }

  #nameOf(place: number): string {
    return at(this.head.llms, place)
  }

  #sumsOf(llm: string): LlmSums {
    const before = this.llms.get(llm)
    if (before !== undefined) return before
    const sums = { prompts: 0, sum: 0, absolute: 0 }
    this.llms.set(llm, sums)
    return sums
  }
}
