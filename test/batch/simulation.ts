import { setImmediate } from 'node:timers/promises'

import { Batcher } from '../../src/batch/batcher.js'
import { HandClock } from './handClock.js'
import { HandEngine } from './handEngine.js'
import type { Item } from './handEngine.js'

/** A batch takes so long, in milliseconds, as it does on two cores that do other things as well. */
const BATCH_MS = 12
const TOKEN_MS = 0.16
/** Tokens of a batch, as the shipped transformer has them there. */
const BUDGET = 512

/** Of a batch that is full. */
export const FULL_MS = BATCH_MS + TOKEN_MS * BUDGET
export const TOKENS_PER_SECOND = (1000 * BUDGET) / FULL_MS

interface Client {
  /** When it sends the next request; Infinity while it waits for an answer. */
  dueAt: number
  /** Tokens of each prompt of the next request. */
  prompts: () => number[]
  /** How long after a request the next one is due, of a client that does not wait for answers. */
  everyMs: (() => number) | undefined
  /** How long each request took, milliseconds. */
  took: number[]
  /** Computed for it. */
  tokens: number
}

/** Clients of a batcher whose engine takes time by a clock that only this moves. */
export class Simulation {
  readonly #clock = new HandClock()
  readonly #engine = new HandEngine()
  /** By what the ids of their items begin with. */
  readonly #clients = new Map<string, Client>()
  #batchEndsAt = Infinity
  readonly #batcher = new Batcher<Item, string>({
    costOf: ({ cost }) => cost,
    run: (items) => this.#compute(items),
    now: this.#clock.now,
    budget: () => BUDGET,
    maxQueued: Infinity,
    concurrency: 1,
  })

  /** Tokens that were computed. */
  get tokens(): number {
    return [...this.#clients.values()].reduce((sum, { tokens }) => sum + tokens, 0)
  }

  /** A client that sends the next request when it has the answer, or `everyMs` after the last one. */
  add(prompts: () => number[], everyMs?: () => number): Client {
    const client = { dueAt: 0, prompts, everyMs, took: [], tokens: 0 }
    this.#clients.set(String(this.#clients.size), client)
    return client
  }

  async run(seconds: number): Promise<void> {
    const { now } = this.#clock
    const until = now() + seconds * 1000
    for (;;) {
      const at = Math.min(this.#batchEndsAt, ...Array.from(this.#clients.values(), ({ dueAt }) => dueAt))
      if (at >= until) return
      this.#clock.advance(at - now())
      if (at === this.#batchEndsAt) {
        this.#batchEndsAt = Infinity
        await this.#engine.finish()
      } else for (const [id, client] of this.#clients) if (client.dueAt === at) this.#send(id, client)
      await setImmediate()
    }
  }

  #send(id: string, client: Client): void {
    const { now } = this.#clock
    const { everyMs } = client
    const sentAt = now()
    client.dueAt = everyMs === undefined ? Infinity : sentAt + everyMs()
    void this.#batcher.submit(client.prompts().map((cost) => ({ id, cost }))).then(() => {
      client.took.push(now() - sentAt)
      if (everyMs === undefined) client.dueAt = now()
    })
  }

  #compute(items: Item[]): Promise<string[]> {
    let tokens = 0
    for (const { id, cost } of items) {
      tokens += cost
      const client = this.#clients.get(id)
      if (client !== undefined) client.tokens += cost
    }
    this.#batchEndsAt = this.#clock.now() + BATCH_MS + TOKEN_MS * tokens
    return this.#engine.run(items)
  }
}
