import type { StartedBackend } from '../tensor/backend.js'
import { Thread } from '../thread/thread.js'
import { readEncoderSpec } from './directory.js'
import type { EncoderSpec } from './directory.js'
import { groupByTokens, pack } from './packing.js'
import type { EncoderCalls } from './worker.js'

/**
 * Padded tokens that one call to the encoder's thread may hold. Requests take turns between calls, so this bounds how long a
 * single short prompt waits behind a long request, and the memory of attention; larger batches are no faster on a CPU.
 */
const TOKENS_PER_CALL = 1024

/** A sentence encoder in a thread of its own. */
export class Encoder {
  readonly spec: EncoderSpec
  readonly #thread: Thread<EncoderCalls>

  private constructor(spec: EncoderSpec, onStart: (backend: StartedBackend) => void) {
    this.spec = spec
    this.#thread = new Thread<EncoderCalls>({
      title: 'the encoder',
      script: new URL('./worker.js', import.meta.url),
      setUp: async (call) => onStart(await call('open', spec)),
    })
  }

  /**
   * Opens an encoder directory and starts its thread.
   * @param onStart told which backend computes, now and after each restart.
   * @throws LLimitError MODEL_BROKEN or ENGINE_UNAVAILABLE
   */
  static async open(directory: string, onStart: (backend: StartedBackend) => void): Promise<Encoder> {
    const encoder = new Encoder(await readEncoderSpec(directory), onStart)
    await encoder.#thread.start()
    return encoder
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
      const rows = await this.#thread.call('encode', tokens)
      group.forEach((index, row) => vectors.set(rows.subarray(row * H, (row + 1) * H), index * H))
    }
    return vectors
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}
