import type { Placement } from '../calibration/regions.js'
import type { CachedEmbedding } from '../embedding/cache/embedding.js'
import { KeptWithEmbedding } from '../embedding/cache/keptWithEmbedding.js'
import { heldTo, lengthBoundsOf } from '../lengths/generalLengths.js'
import type { LengthBounds } from '../lengths/generalLengths.js'
import { answerLengthOf, expectedLengthOf, logLengthOf } from '../lengths/lengthModel.js'
import type { LogLength } from '../lengths/lengthModel.js'
import type { PromptPart } from '../lengths/promptPart.js'
import { at } from '../numeric/at.js'
import type { LlmRow } from '../numeric/indices.js'
import type { Lengths } from '../registry/lengths.js'
import { mapYielding } from '../thread/mapYielding.js'
import type { OutputTokens } from './requests.js'

/** What the lengths of the answers to a prompt depend on. */
export interface LengthPrompt {
  part: PromptPart
  /** Undefined: nothing says how familiar the prompt is. */
  bounds: LengthBounds | undefined
}

interface PlacedPrompts {
  embedded: readonly CachedEmbedding[]
  features: readonly Float32Array[]
  places: readonly Placement[] | undefined
}

const kept = new KeptWithEmbedding<Lengths, LengthPrompt>()

/**
 * Of each prompt, yielding; kept with the embeddings.
 * @param embedded [P]
 * @param features [P] of [F]
 * @param places [P], by the evidence of the same saved model
 */
export function lengthPromptsOf(
  lengths: Lengths,
  { embedded, features, places }: PlacedPrompts,
  signal: AbortSignal | undefined,
): Promise<LengthPrompt[]> {
  const promptOf = ({ vector }: CachedEmbedding, p: number): LengthPrompt => {
    const own = at(features, p)
    const inputs = new Float32Array(vector.length + own.length)
    inputs.set(vector)
    inputs.set(own, vector.length)
    const part = lengths.partOf(inputs)
    return {
      // The shares are part of a longer array, which would be kept with them.
      part: { ...part, shares: part.shares.slice() },
      bounds: places && lengthBoundsOf(lengths.general(), part, at(places, p).familiarity),
    }
  }
  return mapYielding(
    embedded,
    (embedding, p) => kept.of(embedding, lengths, () => promptOf(embedding, p)),
    signal,
  )
}

export function outputTokensOf(lengths: Lengths, prompt: LengthPrompt, llm: LlmRow): OutputTokens {
  const { expected, median, low, high } = answerLengthOf(logLength(lengths, prompt, llm), lengths.model)
  return {
    expected: rounded(expected),
    median: rounded(median),
    low: rounded(low),
    high: rounded(high),
    measured: at(lengths.isMeasured, llm),
  }
}

/** `expected` of `outputTokensOf` alone: all that a cost takes, at one exponential instead of four. */
export function expectedTokensOf(lengths: Lengths, prompt: LengthPrompt, llm: LlmRow): number {
  return rounded(expectedLengthOf(logLength(lengths, prompt, llm), lengths.model.longest))
}

function logLength({ model }: Lengths, { part, bounds }: LengthPrompt, llm: LlmRow): LogLength {
  const own = logLengthOf(model, part, llm)
  return bounds === undefined ? own : heldTo(bounds, own)
}

/** To one decimal: the length of an answer is not known to more. */
function rounded(tokens: number): number {
  return Math.round(10 * tokens) / 10
}
