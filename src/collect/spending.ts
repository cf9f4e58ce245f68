import { pricesAt } from '../selection/llmPrices.js'
import type { LlmPrice } from '../selection/llmPrices.js'
import type { ChatRequest } from './endpoint/endpoint.js'
import type { Completion } from './endpoint/completion.js'

/** Output tokens of an answer that nothing bounds, until longer ones are seen. */
const USUAL_OUTPUT_TOKENS = 4096

/** Tokens that the form of a conversation adds, at most. */
const FORM_TOKENS = 64

const MILLION = 1e6

type Price = Omit<LlmPrice, 'source' | 'listedAs'>

/** A request that may be sent: what it may cost is set aside until it is known. */
export interface Reservation {
  /** Dollars; undefined if no price is known. */
  atMost: number | undefined
}

interface SpendingOptions {
  /** Undefined for an LLM without a known price. */
  priceOf: (llm: string) => Price | undefined
  /** Dollars; undefined for no bound. */
  cap: number | undefined
  /** Dollars of earlier runs. */
  spent: number
}

/** Counts dollars, and lets nobody begin what might exceed the cap. */
export class Spending {
  readonly #options: SpendingOptions
  readonly #longest = new Map<string, number>()
  #spent: number
  #reserved = 0
  #inFlight = 0
  #waiting: (() => void)[] = []

  constructor(options: SpendingOptions) {
    this.#options = options
    this.#spent = options.spent
  }

  /**
   * Sets aside what a request may cost; waits for others if it may cost too much next to them.
   * @returns undefined if it may cost more than is left.
   */
  async reserve(request: ChatRequest): Promise<Reservation | undefined> {
    const { cap } = this.#options
    for (;;) {
      const atMost = this.#bound(request)
      if (cap === undefined || atMost === undefined || this.#spent + this.#reserved + atMost <= cap) {
        this.#reserved += atMost ?? NO_PRICE
        this.#inFlight++
        return { atMost }
      }
      if (this.#inFlight === 0) return undefined
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /**
   * Ends a reservation.
   * @param completion undefined if there is none: what it cost, if anything, nobody knows
   * @returns dollars; what was set aside if the endpoint counts no tokens; undefined if no price is known
   */
  settle(
    { atMost }: Reservation,
    { llm }: ChatRequest,
    completion: Completion | undefined,
  ): number | undefined {
    this.#inFlight--
    this.#reserved -= atMost ?? NO_PRICE
    for (const wake of this.#waiting.splice(0)) wake()
    const price = this.#options.priceOf(llm)
    if (completion === undefined || price === undefined) return undefined
    const { inputTokens, outputTokens } = completion
    if (outputTokens !== undefined)
      this.#longest.set(llm, Math.max(outputTokens, this.#longest.get(llm) ?? USUAL_OUTPUT_TOKENS))
    const cost =
      inputTokens === undefined || outputTokens === undefined
        ? (atMost ?? NO_PRICE)
        : costOf(price, inputTokens, outputTokens)
    this.#spent += cost
    return cost
  }

  get spent(): number {
    return this.#spent
  }

  /** A token has one byte or more. */
  #bound({ llm, messages, parameters }: ChatRequest): number | undefined {
    const price = this.#options.priceOf(llm)
    if (price === undefined) return undefined
    const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), FORM_TOKENS)
    const asked = [parameters['max_completion_tokens'], parameters['max_tokens']].find(isNumber)
    return costOf(price, bytes, asked ?? this.#longest.get(llm) ?? USUAL_OUTPUT_TOKENS)
  }
}

/** Of an LLM without a known price, for which there is no cap. */
const NO_PRICE = 0

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

/** Dollars; prices are of a million tokens. */
function costOf(price: Price, inputTokens: number, outputTokens: number): number {
  const { inputPrice, outputPrice } = pricesAt({ ...price, source: 'request', listedAs: null }, inputTokens)
  return (inputTokens * inputPrice + outputTokens * outputPrice) / MILLION
}
