import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import type { FeatureSpec } from '../card.js'
import { extractFeatures } from '../features/features.js'

/**
 * The scalar features of prompts, kept for as long as the cache keeps their embeddings: for a prompt that is asked about
 * again they would be a quarter of all work of the main thread. Only the features for one specification are kept of each
 * prompt, the last one asked for, so that memory stays what `bytesOfEmbedding` says, however many saved models there are.
 */
export class PromptFeatures {
  readonly #known = new WeakMap<CachedEmbedding, { spec: FeatureSpec; features: Float32Array }>()

  /**
   * @param embedding that of this prompt
   * @returns [F] shared with whoever asks again: nobody may write into it.
   */
  of(prompt: string, embedding: CachedEmbedding, spec: FeatureSpec): Float32Array {
    const known = this.#known.get(embedding)
    if (known?.spec === spec) return known.features
    const features = extractFeatures(prompt, spec)
    this.#known.set(embedding, { spec, features })
    return features
  }
}
