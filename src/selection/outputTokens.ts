import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { KeptWithEmbedding } from '../embedding/cache/keptWithEmbedding.js'
import { answerLengthOf, logLengthOf } from '../lengths/lengthModel.js'
import type { PromptPart } from '../lengths/promptPart.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import type { Lengths } from '../registry/lengths.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { OutputTokens } from './requests.js'

const kept = new KeptWithEmbedding<Lengths, PromptPart>()

/**
 * What the lengths of answers depend on, of each prompt, yielding; kept with the embeddings.
 * @param embedded [P]
 * @param features [P] of [F]
 */
export function promptPartsOf(
  lengths: Lengths,
  embedded: readonly CachedEmbedding[],
  features: readonly Float32Array[],
  signal: AbortSignal | undefined,
): Promise<PromptPart[]> {
  return mapYielding(
    embedded,
    (embedding, p) => {
      const known = kept.get(embedding, lengths)
      if (known !== undefined) return known
      const { vector } = embedding
      const own = at(features, p)
      const inputs = new Float32Array(vector.length + own.length)
      inputs.set(vector)
      inputs.set(own, vector.length)
      const part = lengths.partOf(inputs)
      // The shares are part of a longer array, which would be kept with them.
      const owned = { ...part, shares: part.shares.slice() }
      kept.set(embedding, lengths, owned)
      return owned
    },
    signal,
  )
}

/** Tokens with one decimal: the length of an answer is not known to more. */
export function outputTokensOf({ model, isMeasured }: Lengths, part: PromptPart, llm: LlmRow): OutputTokens {
  const { expected, median, low, high } = answerLengthOf(logLengthOf(model, part, llm), model)
  const rounded = (tokens: number) => Math.round(10 * tokens) / 10
  return {
    expected: rounded(expected),
    median: rounded(median),
    low: rounded(low),
    high: rounded(high),
    measured: at(isMeasured, llm),
  }
}
