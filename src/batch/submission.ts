/** One item on its way, and where its result belongs. */
export interface QueuedItem<Item, Result> {
  item: Item
  /** Tokens. */
  cost: number
  /** Place in what was submitted. */
  index: number
  submission: Submission<Item, Result>
}

/** The items that one caller submitted: those still queued, shortest first, and the results so far. */
export class Submission<Item, Result> {
  /** Resolves when every item has its result, in the order of the items. */
  readonly done: Promise<Result[]>
  /** Ends the wait with an error; without effect once `done` is settled. */
  reject: (reason: unknown) => void = () => undefined
  #resolve: (results: Result[]) => void = () => undefined
  readonly #queue: QueuedItem<Item, Result>[]
  readonly #results: Result[]
  #taken = 0
  #unanswered: number
  #queuedTokens = 0
  readonly #arrivedAt: number
  readonly #onResult: ((index: number, result: Result) => void) | undefined

  /** @param arrival when it came, in tokens that had been taken into batches by then, and who is told of each result. */
  constructor(
    items: readonly Item[],
    costOf: (item: Item) => number,
    { at, onResult }: { at: number; onResult?: ((index: number, result: Result) => void) | undefined },
  ) {
    this.#arrivedAt = at
    this.#onResult = onResult
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.reject = reject
    })
    this.#queue = items.map((item, index) => ({ item, cost: costOf(item), index, submission: this }))
    this.#queue.sort((a, b) => a.cost - b.cost)
    for (const { cost } of this.#queue) this.#queuedTokens += cost
    this.#results = new Array<Result>(items.length)
    this.#unanswered = items.length
  }

  get queuedItems(): number {
    return this.#queue.length - this.#taken
  }

  get queuedTokens(): number {
    return this.#queuedTokens
  }

  /**
   * Its place in the order of turns, the lowest first: what a submission has less of than another one counts as much as
   * what has been computed since that came. So the small ones go first, until the others have waited for as much as they ask.
   */
  get turn(): number {
    return this.#arrivedAt + this.#queuedTokens
  }

  /** The shortest item that is still queued. */
  get next(): QueuedItem<Item, Result> | undefined {
    return this.#queue[this.#taken]
  }

  /** Takes `next` out of the queue. */
  take({ cost }: QueuedItem<Item, Result>): void {
    this.#queuedTokens -= cost
    this.#taken++
  }

  answer(index: number, result: Result): void {
    this.#results[index] = result
    this.#onResult?.(index, result)
    if (--this.#unanswered === 0) this.#resolve(this.#results)
  }
}
