import { atMost, limitFacts } from '../config/limits.js'
import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import { takeNextBatch } from './nextBatch.js'
import { workInFront, workUntilRoom } from './queueRoom.js'
import { Submission } from './submission.js'
import type { QueuedItem } from './submission.js'
import { Throughput } from './throughput.js'

export interface BatcherOptions<Item, Result> {
  /** Tokens of an item; costs are added up and compared, nothing else. */
  costOf: (item: Item) => number
  /** Computes a batch, shortest item first; one result per item, in order. After an error it is called for each caller's items. */
  run: (items: Item[]) => Promise<Result[]>
  /**
   * Tokens that a batch may hold, asked for before each; an item longer than that is a batch by itself.
   * @param isSoleRequest see `SchedulingState`.
   */
  budget: (isSoleRequest: boolean) => number
  /** Nobody is admitted while more tokens than this are in front of him. */
  maxQueued: number
  /** Nor while so many requests wait; asked whenever one comes. Default: any number. */
  maxWaiting?: () => number
  /** Batches that run at once: the number of engines. */
  concurrency: number
  /** Told of each batch before it runs: its tokens, and how many it may hold. */
  onBatch?: (tokens: number, budget: number) => void
  /** Milliseconds since some fixed moment; tests have a clock that they set. */
  now?: () => number
}

/** Room that a caller has been given before its items are made. */
export interface Place {
  /** Gives the room back, unless `submit` has taken it; to be called whatever happens. */
  release: () => void
}

/** How a submission is made. */
interface SubmitOptions<Result> {
  /** Aborted when nobody waits for the results any more: queued items are dropped, results of running ones only delivered. */
  signal?: AbortSignal | undefined
  /** Of `admit`; without it `submit` asks for room itself. */
  place?: Place
  /** Told each result when it is there, also of a submission that has ended. */
  onResult?: (index: number, result: Result) => void
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
  /** What those who have a place will bring, in tokens. */
  readonly #expected = new Map<Place, number>()
  readonly #throughput = new Throughput()
  /** In all batches so far. */
  #takenTokens = 0
  #running = 0
  /** Batches in a row that the oldest submission was left out of. */
  #leftOut = 0
  /** When a submission last came while others were queued or running. */
  #lastContentionAt = -Infinity
  #closed = false

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options
    // No change of the wall clock moves it.
    this.#now = options.now ?? (() => performance.now())
  }

  /** Tokens that wait for an engine. */
  get queuedTokens(): number {
    return [...this.#waiting].reduce((sum, { queuedTokens }) => sum + queuedTokens, 0)
  }

  /** Requests that wait for an engine, with those whose items are being made. */
  get waitingRequests(): number {
    return this.#expected.size + this.#waiting.size
  }

  /**
   * Room for items that have yet to be made, which may take longer than a rejection should. What a caller brings itself never
   * counts against `maxQueued`, so an idle server rejects nothing for its size.
   * @param cost about how many tokens they will have
   * @throws LLimitError OVERLOADED (with `retryAfterSeconds`), ENGINE_UNAVAILABLE after `close`
   */
  admit(cost: number): Place {
    if (this.#closed) throw shuttingDown()
    const { maxQueued, maxWaiting } = this.#options
    const queued = [...this.#expected.values(), ...Array.from(this.#waiting, (one) => one.queuedTokens)]
    const places = maxWaiting?.() ?? Infinity
    if (queued.length >= places)
      throw this.#overloaded(tooManyWait(queued.length, places), Math.min(...queued))
    const inFront = workInFront(queued, cost, maxQueued)
    if (inFront > maxQueued) {
      const problem = atMost('queuedTokens', maxQueued, inFront)
      throw this.#overloaded(problem, workUntilRoom(queued, cost, maxQueued))
    }
    const place: Place = { release: () => this.#expected.delete(place) }
    this.#expected.set(place, cost)
    return place
  }

  /**
   * @returns one result per item, in order.
   * @throws the reason of `signal`; the error of `run`; LLimitError as `admit` does, INTERNAL if `run` returned too few or too
   * many results.
   */
  async submit(
    items: readonly Item[],
    { signal, place, onResult }: SubmitOptions<Result> = {},
  ): Promise<Result[]> {
    signal?.throwIfAborted()
    if (items.length === 0) return []
    const { costOf } = this.#options
    const own = place ?? this.admit(items.reduce((sum, item) => sum + costOf(item), 0))
    own.release()
    if (this.#closed) throw shuttingDown()

    if (this.#waiting.size > 0 || this.#running > 0) this.#lastContentionAt = this.#now()
    const submission = new Submission<Item, Result>(items, costOf, { at: this.#takenTokens, onResult })
    const cancel = () => this.#drop(submission, signal?.reason)
    signal?.addEventListener('abort', cancel)
    this.#waiting.add(submission)
    this.#fillEngines()
    try {
      return await submission.done
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
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
    const state = { leftOut: this.#leftOut, isSoleRequest }
    const budget = this.#options.budget(isSoleRequest)
    const batch = takeNextBatch(waiting, budget, state)
    this.#leftOut = batch.some(({ submission }) => submission === waiting[0]) ? 0 : this.#leftOut + 1
    for (const { submission } of batch) if (submission.queuedItems === 0) this.#waiting.delete(submission)
    const tokens = tokensOf(batch)
    this.#takenTokens += tokens
    this.#options.onBatch?.(tokens, budget)
    return batch
  }

  async #run(batch: QueuedItem<Item, Result>[]): Promise<void> {
    this.#running++
    try {
      await this.#compute(batch)
    } catch (error) {
      await this.#runApart(batch, error)
    } finally {
      this.#running--
      this.#fillEngines()
    }
  }

  async #compute(batch: readonly QueuedItem<Item, Result>[]): Promise<void> {
    const start = this.#now()
    const results = await this.#options.run(batch.map(({ item }) => item))
    if (results.length !== batch.length) throw wrongCount(results.length, batch.length)
    this.#throughput.add(tokensOf(batch), this.#now() - start)
    for (const [i, { submission, index }] of batch.entries()) submission.answer(index, at(results, i))
  }

  /** An error reaches only its cause: what each caller had in the batch is computed once more by itself. */
  async #runApart(batch: readonly QueuedItem<Item, Result>[], error: unknown): Promise<void> {
    const submissions = new Set(batch.map(({ submission }) => submission))
    for (const submission of submissions) {
      try {
        if (submissions.size === 1) throw error
        await this.#compute(batch.filter((item) => item.submission === submission))
      } catch (own) {
        this.#drop(submission, own)
      }
    }
  }

  #drop(submission: Submission<Item, Result>, reason: unknown): void {
    this.#waiting.delete(submission)
    submission.reject(reason)
  }

  /** @param work tokens until there is room */
  #overloaded(problem: string, work: number): LLimitError {
    const { concurrency } = this.#options
    const ofOneEngine = this.#throughput.tokensPerSecond
    // Nothing is known of the speed before the first batch.
    const seconds = ofOneEngine === undefined ? 1 : Math.max(1, Math.ceil(work / (ofOneEngine * concurrency)))
    const message = `Expected ${problem}; try again in ${seconds} s`
    return new LLimitError('OVERLOADED', message, { retryAfterSeconds: seconds })
  }
}

function tokensOf(batch: readonly { cost: number }[]): number {
  return batch.reduce((sum, { cost }) => sum + cost, 0)
}

/** "at most 256 requests that wait for the encoder, half of what LLIMIT_MAX_REQUESTS leaves, got 256" */
function tooManyWait(got: number, places: number): string {
  const { variable } = limitFacts('requests')
  return `at most ${places} requests that wait for the encoder, half of what ${variable} leaves, got ${got}`
}

function shuttingDown(): LLimitError {
  return new LLimitError('ENGINE_UNAVAILABLE', 'The server is shutting down')
}

function wrongCount(got: number, expected: number): LLimitError {
  return new LLimitError('INTERNAL', `Expected ${expected} results of a batch, got ${got}`)
}
