import type { EncoderSpec } from './directory.js'
import type { PackedTokens } from './packing.js'

/**
 * What computes sentence vectors. Each lives in a worker thread: all of them block the thread that calls them.
 * `tensorflow` is TensorFlow's native library, on a GPU where there is one; `wasm` runs anywhere; `cpu` is plain
 * JavaScript, the last resort.
 */
export const ENGINES = ['tensorflow', 'onnxruntime', 'wasm', 'cpu'] as const
export type EngineName = (typeof ENGINES)[number]

/** Number format of the weights and products. Vectors, norms and sums stay float32. */
export const PRECISIONS = ['fp32', 'bf16', 'int8'] as const
export type Precision = (typeof PRECISIONS)[number]

/** An encoder that is loaded on one engine. */
export interface Engine {
  /** For people: library and version, device, threads. */
  readonly description: string
  /** @returns [B, H] row by row, one vector per prompt in the order of `tokens`. */
  encode(tokens: PackedTokens): Promise<Float32Array>
  /** Frees what the engine holds outside JavaScript. */
  dispose(): Promise<void>
}

/**
 * Opens an encoder on one engine.
 * @throws an error with the reason where the engine does not work here or lacks the precision.
 */
export type OpenEngine = (spec: EncoderSpec, precision: Precision) => Promise<Engine>
