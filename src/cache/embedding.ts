/** What is kept of a prompt. Shared by everybody who asks: nobody may write into `vector`. */
export interface CachedEmbedding {
  /** Sentence vector; owns its buffer (`slice`, not `subarray`), or evicting its neighbours would free nothing. */
  vector: Float32Array
  /** Tokens of the prompt before it was cut to what the encoder takes. */
  tokens: number
  truncated: boolean
}

/** Bytes that an embedding keeps in memory: the whole buffer behind its vector. */
export function bytesOfEmbedding({ vector }: CachedEmbedding): number {
  return vector.buffer.byteLength
}
