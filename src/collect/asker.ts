import type { Completion, Message } from './endpoint/completion.js'
import type { Endpoint } from './endpoint/endpoint.js'
import type { Spending } from './spending.js'

export interface Reply extends Completion {
  /** Dollars; undefined if no price is known. */
  cost: number | undefined
  /** Milliseconds from when it was asked for to the end, waiting for others included. */
  ms: number
}

/** Asks LLMs at an endpoint within the cap of costs. */
export class Asker {
  /** Fields of each request, besides LLM and messages. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly #endpoint: Endpoint
  readonly #spending: Spending

  constructor(endpoint: Endpoint, spending: Spending, parameters: Readonly<Record<string, unknown>>) {
    this.#endpoint = endpoint
    this.#spending = spending
    this.parameters = parameters
  }

  /**
   * @returns undefined if the cap of costs does not allow it
   * @throws LLimitError as `Endpoint.complete` does
   */
  async ask(llm: string, messages: readonly Message[]): Promise<Reply | undefined> {
    const request = { llm, messages, parameters: this.parameters }
    const started = performance.now()
    const reservation = await this.#spending.reserve(request)
    if (reservation === undefined) return undefined
    let completion: Completion | undefined
    let cost: number | undefined
    try {
      completion = await this.#endpoint.complete(request)
    } finally {
      cost = this.#spending.settle(reservation, request, completion)
    }
    return { ...completion, cost, ms: Math.round(performance.now() - started) }
  }
}
