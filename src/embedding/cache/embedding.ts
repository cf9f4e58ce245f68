/** What is kept of a prompt. Shared by everybody who asks: nobody may write into `vector`. */
export interface CachedEmbedding {
  /** Sentence vector; owns its buffer (`slice`, not `subarray`), or evicting its neighbors would free nothing. */
  vector: Float32Array
  /** Tokens of the prompt before it was cut to what the encoder takes; at least so many if it was. */
  tokens: number
  truncated: boolean
}

/**
 * What is kept elsewhere for as long as an embedding: the features of its prompt, its place and what lengths depend on. Resident
 * memory grew by 600 bytes more per entry with 44 features each (Node 20); the others are two arrays of 24 and 128 numbers and six numbers more.
 */
const KEPT_BYTES = 1700

/** Bytes that an embedding keeps in memory: the whole buffer behind its vector, and what lives as long as it does. */
export function bytesOfEmbedding({ vector }: CachedEmbedding): number {
  return vector.buffer.byteLength + KEPT_BYTES
}
