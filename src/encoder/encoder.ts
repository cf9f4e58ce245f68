import { availableParallelism } from 'node:os'

import type { EnginePreference } from '../config/config.js'
import { LLimitError } from '../errors.js'
import { at } from '../numeric/at.js'
import type { Thread } from '../thread/thread.js'
import { problemOfThread } from '../thread/threadProblem.js'
import { tokensOfCall } from './check.js'
import type { EncoderSpec } from './directory.js'
import { selectEngine, openThread } from './selectEngine.js'
import type { EngineOptions } from './selectEngine.js'
import { groupByTokens, groupLimitsOf, pack } from './packing.js'
import type { GroupLimits } from './packing.js'
import type { EncoderCalls, OpenedEngine } from './worker.js'

/** Engines that use one core per thread; the others spread over the cores by themselves. */
const ONE_CORE = ['wasm', 'cpu']

/** A sentence encoder on the engine that was selected, in one thread or, for an engine that uses one core, in several. */
export class Encoder {
  readonly spec: EncoderSpec
  /** What computes, and what it was measured at when it was opened. */
  readonly engine: OpenedEngine
  readonly #threads: readonly Thread<EncoderCalls>[]
  readonly #idle: Thread<EncoderCalls>[]
  readonly #groupLimits: GroupLimits

  private constructor(spec: EncoderSpec, engine: OpenedEngine, threads: readonly Thread<EncoderCalls>[]) {
    this.spec = spec
    this.engine = engine
    this.#threads = threads
    this.#idle = [...threads]
    this.#groupLimits = groupLimitsOf(tokensOfCall(engine), spec.bert)
  }

  /**
   * Opens an encoder.
   * @throws LLimitError MODEL_BROKEN or ENGINE_UNAVAILABLE
   */
  static async open(
    spec: EncoderSpec,
    preference: EnginePreference,
    options: EngineOptions = {},
  ): Promise<Encoder> {
    const { thread, opened } = await selectEngine(spec, preference, options)
    const more = ONE_CORE.includes(opened.engine) ? availableParallelism() - 1 : 0
    const others = await Promise.all(Array.from({ length: more }, () => openThread(spec, opened, options)))
    return new Encoder(spec, opened, [thread, ...others.map((other) => other.thread)])
  }

  /** Batches that can be computed at the same time. */
  get concurrency(): number {
    return this.#threads.length
  }

  /**
   * Computes one batch in a thread that is free; the caller holds no more than `concurrency` at once.
   * @param prompts token ids of each prompt, [CLS] … [SEP]
   * @returns one vector of hidden_size values per prompt, in order.
   * @throws LLimitError ENGINE_UNAVAILABLE if the thread ended meanwhile.
   */
  async encode(prompts: readonly Int32Array[]): Promise<Float32Array[]> {
    const thread = this.#idle.pop()
    if (thread === undefined)
      throw new LLimitError('INTERNAL', `expected at most ${this.concurrency} batches at once, got more`)
    try {
      return await this.#encodeIn(thread, prompts)
    } finally {
      this.#idle.push(thread)
    }
  }

  async #encodeIn(thread: Thread<EncoderCalls>, prompts: readonly Int32Array[]): Promise<Float32Array[]> {
    const H = this.spec.bert.hidden_size
    const vectors = prompts.map(() => new Float32Array())
    const groups = groupByTokens(
      prompts.map((ids) => ids.length),
      this.#groupLimits,
    )
    const encodeGroup = async (group: readonly number[]) => {
      const rows = await thread.call('encode', pack(group.map((index) => at(prompts, index))))
      // A copy of each row: one vector that a cache keeps must not keep the whole batch.
      group.forEach((index, row) => (vectors[index] = rows.slice(row * H, (row + 1) * H)))
    }
    // All calls at once: the thread does one after the other and does not wait for this one in between.
    await Promise.all(groups.map(encodeGroup))
    return vectors
  }

  /** Why one of its threads cannot be relied on now, if one cannot. */
  async problem(): Promise<string | undefined> {
    const problems = await Promise.all(this.#threads.map((thread) => problemOfThread('The encoder', thread)))
    return problems.find((problem) => problem !== undefined)
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}
