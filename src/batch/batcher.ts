import { LLimitError } from '../errors.js'
import type { Clock } from './clock.js'
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
   * Tokens that a batch may hold, asked anew for each; an item longer than that goes alone.
   * @param alone nobody else waits, and nobody has come lately while others were there.
   */
  budget: (alone: boolean) => number
  /** Nothing more is accepted while more tokens than this are queued. */
  maxQueued: number
  /** Batches that run at once: the number of engines. */
  concurrency: number
  clock: Clock
}

export interface SubmitOptions {
  /** Aborted when nobody waits for the results any more. */
  signal?: AbortSignal | undefined
  /** By the batcher's clock; there is no result after it. */
  deadline?: number | undefined
}

export interface BatcherStats {
  /** Queued: accepted, and not yet in a batch that runs. */
  queuedItems: number
  queuedTokens: number
  runningBatches: number
  /** Of all engines together, over the last batches; undefined before the first. */
  tokensPerSecond: number | undefined
}

/** For so long after somebody came beside others the next is expected: one who sends prompt after prompt is back by then. */
const LATELY_MS = 1000

/**
 * Puts the items of many callers together into batches for an engine. Batching is continuous: an engine that is free
 * takes what is queued at once, never waiting for more, so a lone request loses nothing, and under load whatever arrives
 * while the engines are busy makes up the next batch. Who is in it is the rule of `takeNextBatch`.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>
  /** Submissions with items queued, oldest first. */
  readonly #waiting = new Set<Submission<Item, Result>>()
  readonly #throughput = new Throughput()
  #queuedTokens = 0
  #running = 0
  #oldestFirst = false
  /** When a submission last came while others were queued or running. */
  #crowdedAt = -Infinity
  #closed = false

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = options
  }

  /**
   * What a submission brings itself never counts against `maxQueued`, so an idle server refuses nothing for its size.
   * When a submission ends early, its queued items are dropped; those that run are finished and thrown away.
   * @returns one result per item, in order.
   * @throws the reason of `signal`; the error of `run`; LLimitError OVERLOADED (with `retryAfterSeconds`),
   * DEADLINE_EXCEEDED, ENGINE_UNAVAILABLE after `close`, INTERNAL where `run` returned too few or too many results.
   */
  async submit(items: readonly Item[], { signal, deadline }: SubmitOptions = {}): Promise<Result[]> {
    signal?.throwIfAborted()
    if (items.length === 0) return []
    if (this.#closed) throw closed()
    const { clock, costOf } = this.#options
    const start = clock.now()
    if (deadline !== undefined && deadline <= start) throw deadlineExceeded(0)
    this.refuseIfFull()

    if (this.#waiting.size > 0 || this.#running > 0) this.#crowdedAt = start
    const submission = new Submission<Item, Result>(items, costOf)
    const abort = () => this.#drop(submission, signal?.reason)
    const expire = () => this.#drop(submission, deadlineExceeded(clock.now() - start))
    signal?.addEventListener('abort', abort)
    const keepNoDeadline = deadline === undefined ? undefined : clock.after(deadline - start, expire)
    this.#waiting.add(submission)
    this.#queuedTokens += submission.queuedTokens
    this.#fillEngines()
    try {
      return await submission.done
    } finally {
      signal?.removeEventListener('abort', abort)
      keepNoDeadline?.()
    }
  }

  /**
   * What `submit` does before it takes anything: for a caller whose items have yet to be made, which may take longer than a refusal should.
   * @throws LLimitError OVERLOADED (with `retryAfterSeconds`)
   */
  refuseIfFull(): void {
    if (this.#queuedTokens > this.#options.maxQueued) throw this.#overloaded()
  }

  stats(): BatcherStats {
    let queuedItems = 0
    for (const submission of this.#waiting) queuedItems += submission.queuedItems
    const tokensPerSecond = this.#tokensPerSecond()
    return { queuedItems, queuedTokens: this.#queuedTokens, runningBatches: this.#running, tokensPerSecond }
  }

  /** Rejects everything queued and all that is submitted later with ENGINE_UNAVAILABLE; batches that run are finished. */
  close(): void {
    this.#closed = true
    for (const submission of this.#waiting) this.#drop(submission, closed())
  }

  #fillEngines(): void {
    while (this.#running < this.#options.concurrency && this.#waiting.size > 0) void this.#run(this.#next())
  }

  #next(): QueuedItem<Item, Result>[] {
    const { budget, clock } = this.#options
    const waiting = [...this.#waiting]
    const alone = waiting.length === 1 && clock.now() - this.#crowdedAt >= LATELY_MS
    const batch = takeNextBatch(waiting, budget(alone), { oldestFirst: this.#oldestFirst, alone })
    this.#oldestFirst = !batch.some(({ submission }) => submission === waiting[0])
    for (const { submission } of batch) if (submission.queuedItems === 0) this.#waiting.delete(submission)
    this.#queuedTokens -= tokensOf(batch)
    return batch
  }

  async #run(batch: QueuedItem<Item, Result>[]): Promise<void> {
    const { clock, run } = this.#options
    const start = clock.now()
    this.#running++
    try {
      const results = await run(batch.map(({ item }) => item))
      if (results.length !== batch.length) throw wrongCount(results.length, batch.length)
      this.#throughput.add(tokensOf(batch), clock.now() - start)
      for (const [position, result] of results.entries()) {
        const queued = batch[position]
        queued?.submission.answer(queued.index, result)
      }
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

  #tokensPerSecond(): number | undefined {
    const ofOne = this.#throughput.tokensPerSecond
    return ofOne === undefined ? undefined : ofOne * this.#options.concurrency
  }

  #overloaded(): LLimitError {
    const queued = this.#queuedTokens
    const seconds = Math.max(1, Math.ceil(queued / (this.#tokensPerSecond() ?? Infinity)))
    const message = `${queued} tokens are queued, the limit is ${this.#options.maxQueued}; try again in ${seconds} s`
    return new LLimitError('OVERLOADED', message, { retryAfterSeconds: seconds })
  }
}

function tokensOf(batch: readonly { cost: number }[]): number {
  return batch.reduce((sum, { cost }) => sum + cost, 0)
}

function closed(): LLimitError {
  return new LLimitError('ENGINE_UNAVAILABLE', 'the server is stopping and computes nothing more')
}

function deadlineExceeded(waited: number): LLimitError {
  return new LLimitError(
    'DEADLINE_EXCEEDED',
    `the deadline passed; this request had waited ${Math.round(waited)} ms`,
  )
}

function wrongCount(received: number, expected: number): LLimitError {
  return new LLimitError('INTERNAL', `a batch of ${expected} items came back with ${received} results`)
}
