import { setTimeout } from 'node:timers/promises'

interface Bounds {
  /** Of the time that may be spent on jobs, in (0, 1]. */
  share: number
  maxJobs: number
  /** Of all jobs of a lane that wait together. */
  maxSize: number
}

/** Lets milliseconds pass. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

const sleepIdly: Sleep = (ms, signal) =>
  setTimeout(ms, undefined, { ref: false, signal }).catch(() => undefined)

/** @returns milliseconds that the job has taken, of those that it may take. */
type Work<Job> = (job: Job, signal: AbortSignal) => Promise<number>

export type LaneName = 'first' | 'second'

/** Jobs that wait. */
interface Lane<Job> {
  jobs: Job[]
  size: number
}

/**
 * Does jobs one after the other in a share of the time: after each it rests so long that it keeps to that. Those of the first lane
 * come before those of the second, and the bounds are of each.
 */
export class PacedQueue<Job> {
  readonly #work: Work<Job>
  readonly #sizeOf: (job: Job) => number
  readonly #bounds: Bounds
  readonly #sleep: Sleep
  readonly #lanes: Record<LaneName, Lane<Job>> = {
    first: { jobs: [], size: 0 },
    second: { jobs: [], size: 0 },
  }
  readonly #stop = new AbortController()
  #working: Promise<void> | undefined

  /** @param work must not reject */
  constructor(work: Work<Job>, sizeOf: (job: Job) => number, bounds: Bounds, sleep = sleepIdly) {
    this.#work = work
    this.#sizeOf = sizeOf
    this.#bounds = bounds
    this.#sleep = sleep
  }

  /** Jobs that the lane takes now at most. */
  room(lane: LaneName): number {
    return this.#stop.signal.aborted ? 0 : this.#bounds.maxJobs - this.#lanes[lane].jobs.length
  }

  /** @returns false if there is no room for it. */
  push(lane: LaneName, job: Job): boolean {
    const size = this.#sizeOf(job)
    const waiting = this.#lanes[lane]
    if (this.room(lane) <= 0 || waiting.size + size > this.#bounds.maxSize) return false
    waiting.jobs.push(job)
    waiting.size += size
    this.#working ??= this.#workAll()
    return true
  }

  /** Drops what waits. @returns how many jobs that were, when the one that it does has ended. */
  async close(): Promise<number> {
    this.#stop.abort()
    const { first, second } = this.#lanes
    const dropped = [first, second].reduce((sum, { jobs }) => sum + jobs.splice(0).length, 0)
    await this.#working
    return dropped
  }

  async #workAll(): Promise<void> {
    const { signal } = this.#stop
    // Whoever pushes goes on first.
    await this.#sleep(0, signal)
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const spent = await this.#work(job, signal)
      await this.#sleep(spent * (1 / this.#bounds.share - 1), signal)
    }
    this.#working = undefined
  }

  #next(): Job | undefined {
    const { first, second } = this.#lanes
    const lane = first.jobs.length > 0 ? first : second
    const job = lane.jobs.shift()
    if (job !== undefined) lane.size -= this.#sizeOf(job)
    return job
  }
}
