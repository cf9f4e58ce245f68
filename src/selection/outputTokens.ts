import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { answerLengthOf, logLengthOf } from '../lengths/lengthModel.js'
import type { PromptPart } from '../lengths/promptPart.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import type { Lengths } from '../registry/lengths.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { OutputTokens } from './requests.js'

/**
 * What the lengths of answers depend on, of each prompt, yielding.
 * @param embedded [P]
 * @param features [P] of [F]
 */
export function promptPartsOf(
  { partOf }: Lengths,
  embedded: readonly CachedEmbedding[],
  features: readonly Float32Array[],
  signal: AbortSignal | undefined,
): Promise<PromptPart[]> {
  return mapYielding(
    embedded,
    ({ vector }, p) => {
      const own = at(features, p)
      const inputs = new Float32Array(vector.length + own.length)
      inputs.set(vector)
      inputs.set(own, vector.length)
      return partOf(inputs)
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
