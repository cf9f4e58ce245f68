import { createHash } from 'node:crypto'

import type { Logger } from 'winston'

import type { Card } from '../../card.js'
import { messageOf } from '../../errors.js'
import type { ShadowLog } from '../../feedback/shadowLog.js'
import { at, valueAt } from '../../numeric/at.js'
import type { Registry } from '../../registry/registry.js'
import type { Metrics } from '../../telemetry/metrics.js'
import type { Observed } from '../details.js'
import type { SelectionService } from '../service.js'
import { comparedPrompt } from './comparison.js'
import { askedLlms, jobsOf, jobsOfOutcomes } from './jobs.js'
import type { AskedLlms, ReportedOutcome, ShadowJob } from './jobs.js'
import { PacedQueue } from './pacedQueue.js'
import { pairOf } from './pair.js'
import type { Pair, ShadowNames } from './pair.js'
import type { Seen, Watch } from './seen.js'

/** What may wait: prompts, and their UTF-16 units and scores together. */
const MAX_WAITING = 256
const MAX_WAITING_SIZE = 2 ** 22

/** Prompts that were not compared are written down this often at most. */
const LOST_EVERY_MS = 5_000

interface ShadowParts {
  /** Of saved models of their own, with threads of their own: what breaks there breaks nothing else. */
  selection: Pick<SelectionService, 'observe'>
  registry: Pick<Registry, 'find' | 'acquire'>
  results: ShadowLog
  log: Logger
  metrics: Metrics | undefined
  /** Of the time of a core that it may take, in (0, 1]. */
  share: number
}

/** A second saved model that scores what was asked, after it was answered. Nothing of it reaches an answer. */
export class Shadow {
  readonly names: ShadowNames
  readonly #parts: ShadowParts
  readonly #queue: PacedQueue<ShadowJob>
  /** What requests have asked that are not answered yet. */
  readonly #open = new WeakMap<AbortSignal, Seen[]>()
  readonly #asked = new WeakMap<Seen['rows'], { card: Card; llms: AskedLlms }>()
  readonly #lost = { dropped: 0, failed: 0 }
  /** By the clock that nobody sets. */
  #lostWrittenAt = -Infinity
  #pair: (Pair & { card: Card; sha256: string }) | undefined
  #isFaultLogged = false

  constructor(names: ShadowNames, parts: ShadowParts) {
    this.names = names
    this.#parts = parts
    const { share } = parts
    this.#queue = new PacedQueue<ShadowJob>(
      (job, signal) => this.#compare(job, signal),
      ({ prompt, scores }) => prompt.length + scores.length,
      { share, maxJobs: MAX_WAITING, maxSize: MAX_WAITING_SIZE },
    )
  }

  /** Loads the saved model, so that the first prompts need not wait; what fails is logged. */
  async prepare(): Promise<void> {
    try {
      const { release } = await this.#parts.registry.acquire(this.names.shadow)
      release()
    } catch (error) {
      this.#logFault(error)
    }
  }

  /** Keeps what a request has asked until it is answered. */
  readonly watch: Watch = (signal, seen) => {
    if (signal === undefined || seen.model !== this.names.live) return
    const before = this.#open.get(signal)
    if (before === undefined) this.#open.set(signal, [seen])
    else before.push(seen)
  }

  /** Queues what a request has asked, if it was answered. */
  requestEnded(signal: AbortSignal, isAnswered: boolean): void {
    const seen = this.#open.get(signal)
    if (seen === undefined) return
    this.#open.delete(signal)
    if (!isAnswered) return
    for (const each of seen) this.#enqueue(each)
  }

  /**
   * Queues prompts of which outcomes were reported.
   * @param observed the prompts of the outcomes, [n]
   * @param outcomes [n]
   */
  reported(model: string, observed: Observed, outcomes: readonly ReportedOutcome[]): void {
    if (model !== this.names.live) return
    for (const job of jobsOfOutcomes(observed, outcomes))
      if (!this.#queue.push('first', job)) this.#lose('dropped', 1)
  }

  #enqueue(seen: Seen): void {
    const taken = Math.min(seen.prompts.length, this.#queue.room('second'))
    let dropped = seen.prompts.length - taken
    for (const job of jobsOf(seen, this.#llmsOf(seen), taken)) if (!this.#queue.push('second', job)) dropped++
    if (dropped > 0) this.#lose('dropped', dropped)
  }

  /** Plans of rankings have the same rows again and again. */
  #llmsOf({ rows, card }: Seen): AskedLlms {
    const before = this.#asked.get(rows)
    if (before?.card === card) return before.llms
    const llms = askedLlms(rows, card)
    this.#asked.set(rows, { card, llms })
    return llms
  }

  /** @returns milliseconds that it took; loading the saved model, which is done once, does not count. */
  async #compare(job: ShadowJob, signal: AbortSignal): Promise<number> {
    const { registry } = this.#parts
    let start = performance.now()
    try {
      const { release } = await registry.acquire(this.names.shadow, signal)
      start = performance.now()
      try {
        await this.#scoreAgain(job, signal)
      } finally {
        release()
      }
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    }
    return performance.now() - start
  }

  async #scoreAgain(job: ShadowJob, signal: AbortSignal): Promise<void> {
    const { selection, registry, results, metrics } = this.#parts
    const start = performance.now()
    const { head, places, isSame } = this.#pairWith(job.card, await registry.find(this.names.shadow))
    const shared = job.llms.map((llm, i) => ({ llm, i })).filter(({ llm }) => places.has(llm))
    if (isSame || shared.length === 0) return
    const { scored } = await selection.observe(
      {
        model: this.names.shadow,
        prompts: [job.prompt],
        llms: shared.map(({ llm }) => llm),
        batchSize: 1,
        embedded: { encoder: job.encoder, prompts: [job.embedded] },
      },
      signal,
    )
    const live = shared.map(({ i }) => at(job.scores, i))
    const shadow = shared.map(({ llm }) => at(valueAt(scored.scores, llm), 0))
    const now = Date.now()
    if (job.outcome !== undefined) {
      const { id, score } = job.outcome
      const hash = createHash('sha256').update(id).digest('base64').slice(0, 16)
      const llm = valueAt(places, at(shared, 0).llm)
      results.outcome(head, { at: now, id: hash, llm, score, p_live: at(live, 0), p_shadow: at(shadow, 0) })
      metrics?.shadowResult('reported', 1)
      return
    }
    const ms = performance.now() - start
    const compared = comparedPrompt(
      live,
      shadow,
      shared.map(({ llm }) => valueAt(places, llm)),
    )
    const ofShadow = scored.places === undefined ? null : at(scored.places, 0).familiarity
    results.prompt(head, { at: now, ms, familiarity: [job.familiarity, ofShadow], ...compared.line })
    metrics?.shadowCompared({ ...compared, seconds: ms / 1000 })
  }

  #fail(error: unknown): void {
    this.#lose('failed', 1)
    this.#logFault(error)
  }

  /** Another one when one of the two was replaced. */
  #pairWith(card: Card, onDisk: Awaited<ReturnType<Registry['find']>>): Pair {
    const { sha256 } = onDisk
    if (this.#pair?.card === card && this.#pair.sha256 === sha256) return this.#pair
    this.#pair = { ...pairOf(this.names, card, onDisk), card, sha256 }
    if (this.#pair.isSame) this.#parts.log.warn('shadow is live now, and compared no more', this.names)
    return this.#pair
  }

  #lose(why: 'dropped' | 'failed', prompts: number): void {
    this.#lost[why] += prompts
    this.#parts.metrics?.shadowResult(why, prompts)
    if (performance.now() - this.#lostWrittenAt >= LOST_EVERY_MS) this.#writeLost()
  }

  #writeLost(): void {
    if (this.#pair === undefined || this.#lost.dropped + this.#lost.failed === 0) return
    this.#lostWrittenAt = performance.now()
    this.#parts.results.lost(this.#pair.head, { at: Date.now(), ...this.#lost })
    Object.assign(this.#lost, { dropped: 0, failed: 0 })
  }

  /** Once: `/metrics` counts the others. */
  #logFault(error: unknown): void {
    if (this.#isFaultLogged) return
    this.#isFaultLogged = true
    this.#parts.log.warn('shadow failed; answers are not affected', {
      ...this.names,
      reason: messageOf(error),
    })
  }

  async close(): Promise<void> {
    const dropped = await this.#queue.close()
    if (dropped > 0) this.#lose('dropped', dropped)
    this.#writeLost()
    await this.#parts.results.close()
  }
}
