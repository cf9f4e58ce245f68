import { mapYielding, Steps } from '../thread/mapYielding.js'
import { estimatedTokens } from '../tokenizer/tokenEstimate.js'

/** Takes some milliseconds. */
const CHUNK = 2 ** 16

/**
 * Tokens by which prompts are priced, yielding.
 * @param texts [P] all that is sent with each prompt
 * @returns [P] integers
 */
export function inputTokensOf(texts: readonly string[], signal: AbortSignal | undefined): Promise<number[]> {
  return mapYielding(
    texts,
    (text) => (text.length > CHUNK ? new Steps(inChunks(text)) : Math.round(estimatedTokens(text))),
    signal,
  )
}

function* inChunks(text: string): Generator<void, number> {
  let tokens = 0
  for (let start = 0; start < text.length; start += CHUNK) {
    tokens += estimatedTokens(text.slice(start, start + CHUNK))
    yield
  }
  return Math.round(tokens)
}
