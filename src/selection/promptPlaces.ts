import type { Placement } from '../calibration/regions.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { KeptWithEmbedding } from '../embedding/cache/keptWithEmbedding.js'
import type { Evidence } from '../registry/evidence.js'
import { mapYielding } from '../thread/mapYielding.js'

/** Where prompts lie among the training data, kept with their embeddings. */
export class PromptPlaces {
  readonly #kept = new KeptWithEmbedding<Evidence, Placement>()

  /** Yields between prompts. */
  ofAll(
    embedded: readonly CachedEmbedding[],
    evidence: Evidence,
    signal?: AbortSignal,
  ): Promise<Placement[]> {
    return mapYielding(
      embedded,
      (embedding) => this.#kept.of(embedding, evidence, () => evidence.placeOf(embedding.vector)),
      signal,
    )
  }
}
