import type { Precision } from '../engines.js'
import type { EncoderSpec } from './directory.js'
import type { PackedTokens } from './packing.js'

/** An encoder that is loaded on one engine, in a worker thread: every engine blocks the thread that calls it. */
export interface Engine {
  /** For people: library and version, device, threads. */
  readonly description: string
  /** Tensors of the weights that a sentence vector does not need. */
  readonly leftOut: readonly string[]
  /** @returns [B, H] row by row, one vector per prompt in the order of `tokens`. */
  encode(tokens: PackedTokens): Promise<Float32Array>
  /** Frees what the engine holds outside JavaScript. */
  dispose(): Promise<void>
}

/**
 * Opens an encoder on one engine.
 * @throws an error with the reason if the engine does not work here or lacks the precision.
 */
export type OpenEngine = (spec: EncoderSpec, precision: Precision) => Promise<Engine>
