import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { KeptWithEmbedding } from '../embedding/cache/keptWithEmbedding.js'
import type { FeatureSpec } from '../card.js'
import { extractFeatures, featureSteps } from '../features/features.js'
import { Steps } from '../thread/mapYielding.js'

/** The features of a longer prompt, in UTF-16 units, take more than a millisecond. */
const LONG_PROMPT = 8192

/**
 * The scalar features of prompts, kept with their embeddings: for a prompt that is asked about again they would be a quarter of all
 * work of the main thread.
 */
export class PromptFeatures {
  readonly #kept = new KeptWithEmbedding<FeatureSpec, Float32Array>()

  /**
   * @param embedding that of this prompt
   * @returns [F] shared with whoever asks again: nobody may write into it.
   */
  of(prompt: string, embedding: CachedEmbedding, spec: FeatureSpec): Float32Array | Steps<Float32Array> {
    const known = this.#kept.get(embedding, spec)
    if (known !== undefined) return known
    if (prompt.length > LONG_PROMPT) return new Steps(this.#inSteps(prompt, embedding, spec))
    const features = extractFeatures(prompt, spec)
    this.#kept.set(embedding, spec, features)
    return features
  }

  *#inSteps(prompt: string, embedding: CachedEmbedding, spec: FeatureSpec): Generator<void, Float32Array> {
    const features = yield* featureSteps(prompt, spec)
    this.#kept.set(embedding, spec, features)
    return features
  }
}
