/**
 * What a request spends its time on. `read`: until its body is read and valid. `load`: until the saved model is in memory.
 * `cache`: looking embeddings up, and waiting for those that another request computes. `encode`: waiting for an engine, and
 * its computation. `details`: intervals, lengths, choices. `write`: making the text of the answer.
 */
export type Stage =
  'read' | 'load' | 'cache' | 'tokenize' | 'encode' | 'features' | 'score' | 'details' | 'write'

/** What is counted of one request on its way: numbers only, never a prompt. Whoever ends a stage calls `lap`. */
export class RequestTrace {
  prompts = 0
  llms = 0
  /** Tokens that the encoder read, or had read when it made the embeddings that were found in a cache. */
  tokens = 0
  /** Prompts whose embeddings were there, and those that this request computed; both 0 for a static encoder. */
  cacheHits = 0
  cacheMisses = 0
  readonly #startedAt: number
  readonly #stages = new Map<Stage, number>()
  #lastLap: number

  /** @param startedAt milliseconds of `performance.now()` */
  constructor(startedAt = performance.now()) {
    this.#startedAt = startedAt
    this.#lastLap = startedAt
  }

  /** The time since the last lap was spent on this stage; laps of one stage add up. */
  lap(stage: Stage): void {
    const now = performance.now()
    const before = this.#stages.get(stage)
    const spent = now - this.#lastLap
    this.#stages.set(stage, before === undefined ? spent : before + spent)
    this.#lastLap = now
  }

  /** Milliseconds of each stage that it went through. */
  get stages(): ReadonlyMap<Stage, number> {
    return this.#stages
  }

  /** Milliseconds since the request came. */
  get elapsedMs(): number {
    return performance.now() - this.#startedAt
  }
}
