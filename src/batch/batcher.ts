import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import { takeNextBatch } from './nextBatch.js'
import { Submission } from './submission.js'
import type { QueuedItem } from './submission.js'
import { Throughput } from './throughput.js'

export interface BatcherOptions<Item, Result> {
  /** Tokens of an item; costs are added up and compared, nothing else. */
  costOf: (item: Item) => number
  /** Computes a batch, shortest item first; one result per item, in order. Its error is that of every item in the batch. */
  run: (items: Item[]) => Promise<Result[]>
  /**
   * Tokens that a batch may hold, asked for before each; an item longer than that is a batch by itself.
   * @param isSoleRequest see `SchedulingState`.
   */
  budget: (isSoleRequest: boolean) => number
  /** Nothing more is accepted while more tokens than this are queued. */
  maxQueued: number
  /** Batches that run at once: the number of engines. */
  concurrency: number
  /** Milliseconds since some fixed moment; tests have a clock that they set. */
  now?: () => number
}

/** For so long after two requests met, the next is expected: a client that sends prompt after prompt is back by then. */
const CONTENTION_WINDOW_MS = 1000

/**
 * Puts the items of many callers together into batches for an engine. Batching is continuous: an engine that is free
 * takes what is queued at once, never waiting for more, so a sole request loses nothing, and under load whatever arrives
 * while the engines are busy makes up the next batch. Which items are in it is the rule of `takeNextBatch`.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>
  readonly #now: () => number
  /** Submissions with items queued, oldest first. */
  readonly #waiting = new Set<Submission<Item, Result>>()
  readonly #throughput = new Throughput()
  #queuedTokens = 0
  #running = 0
  #oldestFirst = false
  /** When a submission last came while others were queued or running. */
  #lastContentionAt = -Infinity
  #closed = false

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options
    // No change of the wall clock moves it.
    this.#now = options.now ?? (() => performance.now())
  }

  /**
   * What a submission brings itself never counts against `maxQueued`, so an idle server rejects nothing for its size.
   * @param signal aborted when nobody waits for the results any more: queued items are dropped, results of running ones
   * are discarded.
   * @returns one result per item, in order.
   * @throws the reason of `signal`; the error of `run`; LLimitError OVERLOADED (with `retryAfterSeconds`),
   * ENGINE_UNAVAILABLE after `close`, INTERNAL if `run` returned too few or too many results.
   */
  async submit(items: readonly Item[], signal?: AbortSignal): Promise<Result[]> {
    signal?.throwIfAborted()
    if (items.length === 0) return []
    if (this.#closed) throw shuttingDown()
    this.rejectIfFull()

    if (this.#waiting.size > 0 || this.#running > 0) this.#lastContentionAt = this.#now()
    const submission = new Submission<Item, Result>(items, this.#options.costOf)
    const cancel = () => this.#drop(submission, signal?.reason)
    signal?.addEventListener('abort', cancel)
    this.#waiting.add(submission)
    this.#queuedTokens += submission.queuedTokens
    this.#fillEngines()
    try {
      return await submission.done
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /**
   * What `submit` does first: for a caller whose items have yet to be made, which may take longer than a rejection should.
   * @throws LLimitError OVERLOADED (with `retryAfterSeconds`)
   */
  rejectIfFull(): void {
    if (this.#queuedTokens > this.#options.maxQueued) throw this.#overloaded()
  }

  /** Rejects everything queued and all that is submitted later with ENGINE_UNAVAILABLE; batches that run are finished. */
  close(): void {
    this.#closed = true
    for (const submission of this.#waiting) this.#drop(submission, shuttingDown())
  }

  #fillEngines(): void {
    while (this.#running < this.#options.concurrency && this.#waiting.size > 0) void this.#run(this.#next())
  }

  #next(): QueuedItem<Item, Result>[] {
    const waiting = [...this.#waiting]
    const isSoleRequest = waiting.length === 1 && this.#now() - this.#lastContentionAt >= CONTENTION_WINDOW_MS
    const state = { oldestFirst: this.#oldestFirst, isSoleRequest }
    const batch = takeNextBatch(waiting, this.#options.budget(isSoleRequest), state)
    this.#oldestFirst = !batch.some(({ submission }) => submission === waiting[0])
    for (const { submission } of batch) if (submission.queuedItems === 0) this.#waiting.delete(submission)
    this.#queuedTokens -= tokensOf(batch)
    return batch
  }

  async #run(batch: QueuedItem<Item, Result>[]): Promise<void> {
    const start = this.#now()
    this.#running++
    try {
      const results = await this.#options.run(batch.map(({ item }) => item))
      if (results.length !== batch.length) throw wrongCount(results.length, batch.length)
      this.#throughput.add(tokensOf(batch), this.#now() - start)
      for (const [i, { submission, index }] of batch.entries()) submission.answer(index, at(results, i))
    } catch (error) {
      for (const { submission } of batch) this.#drop(submission, error)
    } finally {
      this.#running--
      this.#fillEngines()
    }
  }

  #drop(submission: Submission<Item, Result>, reason: unknown): void {
    if (this.#waiting.delete(submission)) this.#queuedTokens -= submission.queuedTokens
    submission.reject(reason)
  }

  #overloaded(): LLimitError {
    const { maxQueued, concurrency } = this.#options
    const ofOneEngine = this.#throughput.tokensPerSecond
    // Nothing is known of the speed before the first batch.
    const seconds =
      ofOneEngine === undefined ? 1 : Math.max(1, Math.ceil(this.#queuedTokens / (ofOneEngine * concurrency)))
    const message = `Expected at most ${maxQueued} queued tokens, got ${this.#queuedTokens}; try again in ${seconds} s`
    return new LLimitError('OVERLOADED', message, { retryAfterSeconds: seconds })
  }
}

function tokensOf(batch: readonly { cost: number }[]): number {
  return batch.reduce((sum, { cost }) => sum + cost, 0)
}

function shuttingDown(): LLimitError {
  return new LLimitError('ENGINE_UNAVAILABLE', 'The server is shutting down')
}

function wrongCount(got: number, expected: number): LLimitError {
  return new LLimitError('INTERNAL', `Expected ${expected} results of a batch, got ${got}`)
}
