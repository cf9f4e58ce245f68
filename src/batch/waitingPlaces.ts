/**
 * Places of requests that wait, which the batchers of all encoders share. One may have half of those that the others leave: when
 * it is saturated, as many are free for the others, and for all that waits for none.
 */
export class WaitingPlaces {
  readonly #limit: number
  readonly #waiting: (() => number)[] = []

  /** @param limit of all requests together */
  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * @param waiting how many requests wait at one more batcher
   * @returns how many may wait there now, 1 at least
   */
  share(waiting: () => number): () => number {
    this.#waiting.push(waiting)
    return () => {
      const ofOthers = this.#waiting.reduce((sum, other) => sum + (other === waiting ? 0 : other()), 0)
      return Math.max(1, Math.floor((this.#limit - ofOthers) / 2))
    }
  }
}
