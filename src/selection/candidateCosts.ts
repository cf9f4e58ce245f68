import type { LlmPrice, LlmPrices } from './llmPrices.js'
import { pricesAt } from './llmPrices.js'
import type { NamedCandidate } from './rankNames.js'

const TOKENS_OF_A_PRICE = 1_000_000

/** A candidate with all that is known of its costs, whoever said so. */
export interface PricedCandidate {
  /** As asked. */
  llm: string
  /** The name that the saved model has. */
  known: string
  /** Undefined: unknown. */
  price: LlmPrice | undefined
  contextLimit: number | undefined
  /** That its answer will have; undefined: what the saved model expects. */
  outputTokens: number | undefined
}

/** What the request says counts before files, a file before the table. */
export function pricedCandidate(candidate: NamedCandidate, prices: LlmPrices): PricedCandidate {
  const { llm, known, inputPrice, outputPrice, contextLimit, outputTokens } = candidate
  const listed = prices.of(llm, known)
  return {
    llm,
    known,
    price: inputPrice === null && outputPrice === null ? listed.price : priceOf(inputPrice, outputPrice),
    contextLimit: contextLimit ?? listed.contextLimit,
    outputTokens: outputTokens ?? undefined,
  }
}

/** One price alone is no price: the other would be that of another provider. */
function priceOf(inputPrice: number | null, outputPrice: number | null): LlmPrice | undefined {
  if (inputPrice === null || outputPrice === null) return undefined
  return { inputPrice, outputPrice, tiers: [], source: 'request', listedAs: null }
}

/** What a prompt and its answer cost. */
export interface PromptCost {
  /** At the length of the prompt, in dollars for a million tokens. */
  price: Omit<LlmPrice, 'tiers'> | undefined
  /** Dollars; null if a price or the length of the answer is unknown and matters. */
  cost: number | null
}

export function costOf(
  price: LlmPrice | undefined,
  { inputTokens, outputTokens }: { inputTokens: number; outputTokens: number | null },
): PromptCost {
  if (price === undefined) return { price, cost: null }
  const own = pricesAt(price, inputTokens)
  const ofPrompt = inputTokens * own.inputPrice
  if (own.outputPrice === 0) return { price: own, cost: ofPrompt / TOKENS_OF_A_PRICE }
  if (outputTokens === null) return { price: own, cost: null }
  return { price: own, cost: (ofPrompt + outputTokens * own.outputPrice) / TOKENS_OF_A_PRICE }
}
