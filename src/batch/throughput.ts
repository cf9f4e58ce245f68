/** What is left of a batch's weight after each later one: the estimate rests on about the last ten batches. */
const DECAY = 0.9

/**
 * Moving estimate of how fast batches are computed. Tokens and time are summed apart, so a batch counts by its size: many
 * tiny batches, slow per token, say little about how fast a full queue will drain.
 */
export class Throughput {
  #tokens = 0
  #milliseconds = 0

  add(tokens: number, milliseconds: number): void {
    this.#tokens = this.#tokens * DECAY + tokens
    this.#milliseconds = this.#milliseconds * DECAY + milliseconds
  }

  /** Undefined until a batch has taken measurable time. */
  get tokensPerSecond(): number | undefined {
    return this.#milliseconds > 0 ? (this.#tokens / this.#milliseconds) * 1000 : undefined
  }
}
