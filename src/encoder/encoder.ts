import { availableParallelism } from 'node:os'

import type { EngineWish } from '../config.js'
import type { Thread } from '../thread/thread.js'
import { readEncoderSpec } from './directory.js'
import type { EncoderSpec } from './directory.js'
import { climb, openThread } from './ladder.js'
import type { RejectedEngine } from './ladder.js'
import { groupByTokens, pack } from './packing.js'
import type { EncoderCalls, OpenedEngine } from './worker.js'

/**
 * Padded tokens that one call to an encoder's thread may hold. Requests take turns between calls, so this bounds how
 * long a single short prompt waits behind a long request, and the memory of attention; larger batches are no faster on
 * a CPU.
 */
const TOKENS_PER_CALL = 1024

/** Engines that use one core per thread; the others spread over the cores by themselves. */
const ONE_CORE = ['wasm', 'cpu']

/** A sentence encoder on the engine that won, in one thread or, for an engine that uses one core, in several. */
export class Encoder {
  readonly spec: EncoderSpec
  /** What computes, and what it showed when it was opened. */
  readonly engine: OpenedEngine
  readonly #threads: readonly Thread<EncoderCalls>[]

  private constructor(spec: EncoderSpec, engine: OpenedEngine, threads: readonly Thread<EncoderCalls>[]) {
    this.spec = spec
    this.engine = engine
    this.#threads = threads
  }

  /**
   * Opens an encoder directory.
   * @param onRejected told every engine that is not used, with the reason.
   * @throws LLimitError MODEL_BROKEN or ENGINE_UNAVAILABLE
   */
  static async open(
    directory: string,
    wish: EngineWish,
    onRejected: (rejected: RejectedEngine) => void = () => undefined,
  ): Promise<Encoder> {
    const spec = await readEncoderSpec(directory)
    const { thread, opened } = await climb(spec, wish, onRejected)
    const more = ONE_CORE.includes(opened.engine) ? availableParallelism() - 1 : 0
    const others = await Promise.all(Array.from({ length: more }, () => openThread(spec, opened)))
    return new Encoder(spec, opened, [thread, ...others.map((other) => other.thread)])
  }

  get dimension(): number {
    return this.spec.bert.hidden_size
  }

  /**
   * @param prompts token ids of each prompt, [CLS] … [SEP]
   * @param signal stops the work between two calls when nobody waits for the result any more.
   * @returns [B, H] row by row, in the order of `prompts`.
   */
  async embed(prompts: readonly Int32Array[], signal?: AbortSignal): Promise<Float32Array> {
    const H = this.dimension
    const vectors = new Float32Array(prompts.length * H)
    const lengths = prompts.map((ids) => ids.length)
    for (const group of groupByTokens(lengths, TOKENS_PER_CALL)) {
      signal?.throwIfAborted()
      const tokens = pack(group.map((index) => prompts[index] ?? new Int32Array()))
      const rows = await this.#threads[0]!.call('encode', tokens)
      group.forEach((index, row) => vectors.set(rows.subarray(row * H, (row + 1) * H), index * H))
    }
    return vectors
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}
